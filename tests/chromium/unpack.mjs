// Unpacks the browser, the libraries it needs beside the C library, and its fonts into TMPDIR.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflate } from "@sparticuz/chromium";

const packed = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..", "bin");
for (const name of ["chromium.br", "al2023.tar.br", "fonts.tar.br"]) await inflate(join(packed, name));

// Its own list of font folders names those of a cloud service.
const fonts = join(tmpdir(), "fonts");
writeFileSync(join(fonts, "fonts.conf"), `<fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>\n`);
