// Reads one page's hrefs a line, answers [scheme, URL without fragment, host] or null for each.
"use strict";
const { parseURL, serializeURL, serializeHost } = require(process.argv[2]);

// The HTML Standard's document base URL: <base href> unless it is no URL, or one of data: or javascript:.
function documentBase(page, base) {
  const own = parseURL(page);
  const url = base === null ? null : parseURL(base, { baseURL: own });
  return url === null || url.scheme === "data" || url.scheme === "javascript" ? own : url;
}

function resolved(href, baseURL, encoding) {
  const url = parseURL(href, { baseURL, encoding });
  if (url) url.username = url.password = ""; // the index keeps nobody's password (docs/safety.md)
  return url && [url.scheme, serializeURL(url, true), url.host === null ? "" : serializeHost(url.host)];
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { page, base, encoding, hrefs } = JSON.parse(line);
  const baseURL = documentBase(page, base);
  const output = /^utf-16|^replacement$/i.test(encoding) ? "utf-8" : encoding; // "get an output encoding"
  process.stdout.write(JSON.stringify(hrefs.map((href) => resolved(href, baseURL, output))) + "\n");
});
