// Reads [href, base] as a line of JSON each, and answers with [href without fragment, user and password, host] by npm's whatwg-url, or null.
import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'

const {URL} = createRequire(process.argv[2])('whatwg-url')

for await (const line of createInterface({input: process.stdin})) {
  const [href, base] = JSON.parse(line)
  let answer = null
  try {
    const url = new URL(href, base)
    url.hash = url.username = url.password = ''
    answer = [url.href, url.hostname]
  } catch {}
  process.stdout.write(JSON.stringify(answer) + '\n')
}
