"""Filler of the generated web: words, paragraphs, styles and scripts as pages have them, without a single link."""

from __future__ import annotations

from functools import lru_cache
from random import Random

_WORDS = """
about account address advice almond amber answer archive article autumn balance basket beacon beginner bicycle
border bridge bright budget builder calendar candle canvas captain careful carpet cedar central chapter charter
cheese circle classic clear climate clock coast colour common compare concert copper corner country craft cycle
daily damage danger dealer decade default deliver design detail device dinner direct distance doctor double
dragon early eastern editor effort engine evening example expert fabric factory family farmer feature festival
figure filter finish flavour flight forest formal forward founder fresh garden gentle glass golden granite guide
habit handle harbour harvest health helpful history honest hotel idea index inside island journey kitchen ladder
language leather lesson letter library light linen local lower machine manual maple market meadow measure member
metal middle mirror modern morning mountain museum narrow native nature network notice number object ocean
office olive online orange orchard order outdoor packet paper parcel pattern people pepper picture planet pocket
policy popular portrait price process project public quarter quiet railway rapid reader reason recipe record
region repair report result review ribbon river rocket saddle sample school science season second service shadow
signal silver simple single sketch slow social source spring standard station stone story street studio summer
supply surface table teacher theatre ticket timber topic tower trade travel truth union valley velvet village
visit voice walnut water weather western winter wooden worker yellow
"""
WORDS = _WORDS.split()

ACCENTED = ("café", "müsli", "jardín", "crème", "straße", "smørrebrød", "niño", "façade")

STYLE = "".join(
    f".{a}-{b}{{margin:{i % 9}px {i % 5}px;padding:{i % 7}px;color:#{i * 1117 % 4096:03x};font-size:{12 + i % 8}px}}\n"
    for i, (a, b) in enumerate((a, b) for a in WORDS[:9] for b in WORDS[40:46])
)

# Strings that look like links stand in a script and in a comment: neither holds a link.
SCRIPT = (
    "window.dataLayer=window.dataLayer||[];(function(w,d){var t='<a href=\"/in-a-script/\">no link</a>';"
    + "".join(f"w.{word}=function(x){{return x+{i}&&d.title.length<{i * 7}}};" for i, word in enumerate(WORDS[10:40]))
    + "})(window,document);"
)
COMMENT = '<!-- <a href="http://commented.out.test/">no link</a> <nav><a href="/old/">old</a></nav> -->'

ICON = (
    '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15'
    'h-2v-6h2v6zm0-8h-2V7h2v2z"/></svg>'
)


def words(random: Random, least: int, most: int) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(least, most)))


def sentence(random: Random) -> str:
    text = words(random, 6, 16).capitalize()
    if random.random() < 0.3:
        text = text.replace(" ", ", ", 1)
    if random.random() < 0.15:
        text += f" &amp; {random.choice(WORDS)}"
    return text + random.choice((".", ".", ".", "?", "&#8230;"))


@lru_cache(maxsize=4)
def blocks(seed: int) -> list[str]:
    """What articles are filled with between their links."""
    random = Random(f"blocks/{seed}")
    return [_block(random) for _ in range(1000)]


def _block(random: Random) -> str:
    """A paragraph, a list, a table, a figure or a heading with a quotation."""
    kind = random.random()
    if kind < 0.6:
        inner = " ".join(sentence(random) for _ in range(random.randint(3, 8)))
        word = random.choice(WORDS)
        return f'<p class="{word}-text">{inner} <em>{words(random, 1, 3)}</em> <code>{word}()</code></p>\n'
    if kind < 0.75:
        rows = "".join(f'<li class="item">{sentence(random)}</li>\n' for _ in range(random.randint(3, 7)))
        return f'<ul class="plain-list">{rows}</ul>\n'
    if kind < 0.85:
        rows = "".join(
            "<tr>" + "".join(f"<td>{words(random, 1, 2)}</td>" for _ in range(3)) + "</tr>\n"
            for _ in range(random.randint(3, 6))
        )
        return f'<div class="table-wrap"><table>{rows}</table></div>\n'
    if kind < 0.95:
        source = f"/static/{random.choice(WORDS)}-{random.randint(1, 999)}.jpg"
        return (
            f'<figure><img src="{source}" srcset="{source}?w=640 640w, {source}?w=1280 1280w" loading="lazy" '
            f'alt="{words(random, 2, 5)}"><figcaption>{sentence(random)}</figcaption></figure>\n'
        )
    return f"<h2>{words(random, 2, 5).capitalize()}</h2>\n<blockquote><p>{sentence(random)}</p></blockquote>\n"
