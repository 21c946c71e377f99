"""What deploy holds is what the programs that read it take: each file is checked by a checker of its kind."""

from __future__ import annotations

import re
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest
import redis
import yaml

from backlink_spider.address_rules import GLOBAL_UNICAST_6, NOT_PUBLIC_4, NOT_PUBLIC_6
from settings.base import BACKLINKS_ALLOWED_PORTS
from tests.deploy.configured_redis import USERS, ConfiguredRedis
from tests.deploy.conftest import BIN, ROOT

DEPLOY = ROOT / "deploy"
YAML_RULES = "{extends: default, rules: {line-length: {max: 120}, document-start: disable, comments: disable}}"
# file -> the command that checks it, and a mistake in it: (what, in place of what)
CHECKS = {
    "Dockerfile": ("hadolint", "apt-get install curl", "python -m venv /opt/backlinks"),
    "compose.yaml": ("check-jsonschema --builtin-schema vendor.compose-spec", "imaje: backlinks", "image: backlinks"),
    "scrapyd/schedule": ("shellcheck", "$url", '"${url%/}/schedule.json"'),
    "systemd/recrawl": ("shellcheck", "$WORKERS", '"$WORKERS"'),
    "kubernetes/namespace.yaml": ("kubernetes-validate --strict", "lables:", "labels:"),
    "kubernetes/secret.example.yaml": ("kubernetes-validate --strict", "stringdata:", "stringData:"),
    "kubernetes/redis.yaml": ("kubernetes-validate --strict", "serviceNam:", "serviceName:"),
    "kubernetes/workers.yaml": ("kubernetes-validate --strict", "replicas: many", "replicas: 3"),
    "kubernetes/recrawl.yaml": ("kubernetes-validate --strict", "concurrencyPolicyy:", "concurrencyPolicy:"),
    "kubernetes/egress.example.yaml": ("kubernetes-validate --strict", "expect:", "except:"),
    "kubernetes/network.yaml": ("kubernetes-validate --strict", "podSelektor:", "podSelector:"),
}
YAMLS = sorted(str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*.yaml"))
UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.*") if path.suffix in (".service", ".timer"))


def checked(command: str, file: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = command.split()
    return subprocess.run([BIN / program, *arguments, file], capture_output=True, text=True, timeout=60)


def with_mistake(folder: Path, name: str, wrong: str, right: str) -> Path:
    text = (DEPLOY / name).read_text("utf-8")
    assert right in text
    copy = folder / Path(name).name
    copy.write_text(text.replace(right, wrong, 1), "utf-8")
    return copy


@pytest.mark.parametrize("name", CHECKS)
def test_a_file_passes_its_check(name: str) -> None:
    done = checked(CHECKS[name][0], DEPLOY / name)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", CHECKS)
def test_the_check_finds_a_mistake(name: str, tmp_path: Path) -> None:
    command, wrong, right = CHECKS[name]
    assert checked(command, with_mistake(tmp_path, name, wrong, right)).returncode != 0


def test_every_manifest_is_checked() -> None:
    kinds = {name for name in YAMLS if name.startswith("kubernetes/")}
    assert kinds == {name for name in CHECKS if name.startswith("kubernetes/")}


@pytest.mark.parametrize("name", YAMLS)
def test_yaml_is_plain_to_read(name: str) -> None:
    command = [BIN / "yamllint", "--strict", "-d", YAML_RULES, DEPLOY / name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_kustomization_applies_every_manifest_but_the_examples() -> None:
    resources = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text("utf-8"))["resources"]
    manifests = {name for name in YAMLS if name.startswith("kubernetes/")}
    assert set(resources) == {name for name in manifests if ".example." not in name}


def test_the_examples_of_firewalls_let_out_what_the_crawler_may_contact() -> None:
    policy = yaml.safe_load((DEPLOY / "kubernetes/egress.example.yaml").read_text("utf-8"))["spec"]["egress"][-1]
    excepted = {to["ipBlock"]["cidr"]: [ip_network(each) for each in to["ipBlock"]["except"]] for to in policy["to"]}
    assert excepted == {"0.0.0.0/0": [*NOT_PUBLIC_4], str(GLOBAL_UNICAST_6): [*NOT_PUBLIC_6]}
    assert [each["port"] for each in policy["ports"]] == BACKLINKS_ALLOWED_PORTS
    unit = (DEPLOY / "systemd/egress.conf.example").read_text("utf-8")
    denied = [ip_network(word) for line in re.findall(r"(?m)^IPAddressDeny=(.*)$", unit) for word in line.split()]
    others = list(ip_network("::/0").address_exclude(GLOBAL_UNICAST_6))
    assert sorted(denied, key=str) == sorted([*NOT_PUBLIC_4, *NOT_PUBLIC_6, *others], key=str)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not here")
def test_kubectl_builds_the_kustomization() -> None:
    done = subprocess.run(["kubectl", "kustomize", DEPLOY], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    assert {each["metadata"]["namespace"] for each in built if each["kind"] != "Namespace"} == {"backlinks"}


def test_every_user_of_redis_is_the_same_wherever_one_is_made() -> None:
    rules = re.compile(r"user (?:default|backlinks on >\S+) (.*)$", re.MULTILINE)
    for name in ("redis.conf", "compose.yaml", "kubernetes/secret.example.yaml"):
        assert rules.findall((DEPLOY / name).read_text("utf-8")) == rules.findall(USERS), name


def test_redis_starts_with_its_configuration_and_lets_workers_in_alone(tmp_path: Path) -> None:
    server = ConfiguredRedis(tmp_path)
    server.start()
    try:
        with server.client() as client:
            assert client.info("memory")["maxmemory_policy"] == "noeviction"
            assert client.info("persistence")["aof_enabled"] == 1
            assert client.eval("return redis.call('SADD', KEYS[1] .. '1:s1:0', 1)", 1, "{b7}") == 1
            assert client.hset("backlinks:crawls", "news", 1) == 1
            for forbidden in (["FLUSHALL"], ["CONFIG", "GET", "*"], ["SET", "other", "1"]):
                with pytest.raises(redis.exceptions.NoPermissionError):
                    client.execute_command(*forbidden)
        with redis.Redis(port=server.port) as anyone, pytest.raises(redis.AuthenticationError):
            anyone.ping()
    finally:
        server.stop()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_a_unit(name: str, tmp_path: Path) -> None:
    assert verified(tmp_path, name, lambda text: text) == ""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_would_find_a_mistake_in_a_unit(name: str, tmp_path: Path) -> None:
    section = "[Timer]" if name.endswith(".timer") else "[Service]"
    assert "Unknown" in verified(tmp_path, name, lambda text: text.replace(section, f"{section}\nRestrat=always"))


def verified(folder: Path, name: str, change) -> str:
    """What systemd-analyze finds wrong with a unit, the programs it starts taken to be there."""
    for unit in UNITS:
        text = (DEPLOY / "systemd" / unit).read_text("utf-8")
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (folder / unit).write_text(change(text) if unit == name else text, "utf-8")
    target = folder / name.replace("@.", "@1.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", target],
        capture_output=True,
        text=True,
        timeout=60,
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
    )
    return "\n".join(line for line in done.stderr.splitlines() if "backlinks" in line)


def test_fired_twice_the_timer_starts_the_same_workers(tmp_path: Path) -> None:
    called = tmp_path / "called"
    (tmp_path / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {called}\n', "utf-8")
    (tmp_path / "systemctl").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "RUNTIME_DIRECTORY": str(tmp_path), "WORKERS": "2"}
    for _ in range(2):
        subprocess.run([DEPLOY / "systemd" / "recrawl"], env=environment, check=True, timeout=10)
    once = ["start backlinks-worker@1.service", "start backlinks-worker@2.service"]
    assert called.read_text("utf-8").splitlines() == once * 2
    assert re.fullmatch(r"LABEL=\d{4}-\d\d-\d\d\n", (tmp_path / "recrawl.env").read_text("utf-8"))


def test_the_image_takes_every_package_and_nothing_of_the_tests() -> None:
    taken = (ROOT / ".dockerignore").read_text("utf-8").split()
    packages = re.search(
        r"^packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert packages is not None
    for package in {name.partition(".")[0] for name in re.findall(r'"(.+?)"', packages[1])}:
        assert any(rule.startswith(f"!{package}/") for rule in taken), package
    assert taken[0] == "*"
    assert not any("tests" in rule or ".git" in rule for rule in taken)
