// Short questions to the backlink index, for the Mongo shell; docs/mongo-shell.md shows each of them at work.
//
//     mongosh "$(backlinks db uri)" --shell link_index/backlinks.js
//
// A target is a page (https://example.com/pricing), a prefix (https://example.com/blog/*), or a host or domain
// (example.com), which takes in everything below it. Links that are lost are left out; {lost_at: ANY} lets them in.
// Nothing found in the index is ever run or pasted into code: what these functions return are documents, which the
// shell prints with their control characters escaped.

var ANY = {$not: {$eq: 0}} // true of every value, also of none
var LIVE = {lost_at: {$exists: false}}
var LOST = {lost_at: {$gt: new Date(0)}} // in these words the index of lost links is used
var HARD = {via: {$exists: false}}
var REDIRECTED = {via: {$exists: true}}
var ROW = {_id: 0, source_url: 1, anchor: 1, rel: 1, target_url: 1, first_seen: 1}
var VALUED = {_id: 0, source_url: 1, anchor: 1, 'scores.value': 1, 'scores.anchor': 1}

// Conditions on target_key, on `key` of pages and redirects, and on to_key of redirects ------------------------------

// The key of one page: no scheme, host reversed, then path and query: com.example.www/pricing
function key(url) {
  const parsed = parse(url)
  const rest = parsed.href.slice(parsed.href.indexOf('/', parsed.protocol.length + 2) + 1)
  return reversed(parsed.hostname) + '/' + (parsed.port ? ':' + parsed.port + '/' : '') + rest
}

// Every URL that begins so; a final * is not part of it.
function prefix(start) {
  const text = start.replace(/\*$/, '')
  const inPath = /^(https?:\/\/)?[^/?]+[/?]/i.test(text)
  const begin = inPath ? key(text + 'x').slice(0, -1) : key(text) // the x keeps an end like /.. as it is
  return {$gte: begin, $lt: begin + '\uffff'}
}

// This host and no other: / and 0 are neighbours in ASCII, and a host's keys go on with a slash.
function host(name) {
  const begin = reversed(parse(name).hostname)
  return {$gte: begin + '/', $lt: begin + '0'}
}

// This host or domain and everything below it: its keys go on with a dot or a slash, which are neighbours too.
function under(name) {
  const begin = reversed(parse(name).hostname)
  return {$gte: begin + '.', $lt: begin + '0'}
}

// Whichever of these the text looks like.
function keys(text) {
  if (text.endsWith('*')) return prefix(text)
  return /^https?:|[/?]/i.test(text) ? key(text) : under(text)
}

// Other conditions ----------------------------------------------------------------------------------------------------

// A text that contains these very characters, in any case.
function contains(text) {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'i')
}

function daysAgo(days) {
  return new Date(Date.now() - days * 864e5)
}

// Questions -----------------------------------------------------------------------------------------------------------

// The backlinks, newest first.
function links(target, filter = {}, fields = ROW) {
  return db.links.find(which(target, filter), fields).sort({first_seen: -1})
}

// The backlinks that `backlinks score` gave a value, the most valuable first.
function best(target, filter = {}, fields = VALUED) {
  return db.links.find({...which(target, filter), 'scores.value': {$gte: 0}}, fields).sort({'scores.value': -1})
}

// Their counts, by scope and state.
function summary(target, filter = {}) {
  const scope = {is_internal: '$is_internal', lost: {$gt: ['$lost_at', null]}}
  return db.links.aggregate([
    {$match: which(target, {lost_at: ANY, ...filter})},
    {$group: {_id: {...scope, page: '$source_url', domain: '$source_domain'}, ...counts()}},
    {$group: {_id: {is_internal: '$_id.is_internal', lost: '$_id.lost', domain: '$_id.domain'},
      ...summed(), pages: {$sum: 1}}},
    {$group: {_id: {is_internal: '$_id.is_internal', lost: '$_id.lost'},
      ...summed(), pages: {$sum: '$pages'}, domains: {$sum: 1}}},
    {$replaceWith: {$mergeObjects: ['$_id', '$$ROOT']}},
    {$unset: '_id'},
    {$sort: {lost: 1, is_internal: 1}},
  ])
}

// The domains that link to it.
function domains(target, filter = {}) {
  return db.links.aggregate([
    {$match: which(target, filter)},
    {$group: {_id: {domain: '$source_domain', page: '$source_url'}, links: {$sum: 1}, dofollow: one('$dofollow'),
      first_seen: {$min: '$first_seen'}}},
    {$group: {_id: '$_id.domain', links: {$sum: '$links'}, dofollow: {$sum: '$dofollow'}, pages: {$sum: 1},
      first_seen: {$min: '$first_seen'}}},
    {$sort: {links: -1, _id: 1}},
  ])
}

// Its anchor texts; the text of an image is its alt.
function anchors(target, filter = {}) {
  return db.links.aggregate([
    {$match: which(target, filter)},
    {$group: {_id: {anchor: '$anchor', image: {$eq: ['$link_type', 'image']}, domain: '$source_domain'},
      links: {$sum: 1}, dofollow: one('$dofollow')}},
    {$group: {_id: {anchor: '$_id.anchor', image: '$_id.image'}, links: {$sum: '$links'},
      dofollow: {$sum: '$dofollow'}, domains: {$sum: 1}}},
    {$replaceWith: {$mergeObjects: ['$_id', '$$ROOT']}},
    {$unset: '_id'},
    {$sort: {links: -1, anchor: 1, image: 1}},
  ])
}

// Its pages that are linked to, and the status of the last look at each.
function pages(target, filter = {}, limit = 20) {
  return db.links.aggregate([
    {$match: which(target, filter)},
    {$group: {_id: {key: '$target_key', domain: '$source_domain'}, links: {$sum: 1}, dofollow: one('$dofollow'),
      url: {$max: {$ifNull: ['$final_url', '$target_url']}}}},
    {$group: {_id: '$_id.key', url: {$max: '$url'}, links: {$sum: '$links'}, dofollow: {$sum: '$dofollow'},
      domains: {$sum: 1}}},
    {$sort: {links: -1, _id: 1}},
    {$limit: limit},
    {$lookup: {from: 'pages', localField: '_id', foreignField: 'key', as: 'crawled'}},
    {$set: {crawled: {$map: {input: '$crawled', in: {$ifNull: ['$$this.status', '$$this.outcome']}}}}},
    {$unset: '_id'},
  ])
}

// The redirects that lead to it, directly or through others, each with the number of hops to the end of its chain.
function redirects(target) {
  const found = new Map()
  let next = db.redirects.find({to_key: keys(target)}).toArray()
  for (let hops = 0; next.length && hops < 20; hops++) { // no chain is followed further than 20 hops
    for (const redirect of next) found.set(redirect._id, redirect)
    // By key, which has an index, then by URL: http and https have one key, and only one of them may redirect.
    next = db.redirects.find({to_key: {$in: next.map((redirect) => redirect.key)}}).toArray()
      .filter((redirect) => found.has(redirect.to) && !found.has(redirect._id))
  }
  return Array.from(found.values(), (redirect) => {
    let [last, hops] = [redirect, 1]
    while (hops < 20 && found.has(last.to)) [last, hops] = [found.get(last.to), hops + 1]
    return {url: redirect._id, status: redirect.status, kind: redirect.kind, hops: hops, leads_to: last.to}
  }).sort((one, other) => one.url < other.url ? -1 : 1)
}

// Whether crawls asked for it, and what came of it.
function crawled(target) {
  return db.pages.find({key: keys(target)}, {outcome: 1, status: 1, reason: 1, fetched_at: 1}).sort({_id: 1})
}

// New links by the week in which they were first seen (weeks begin on Sunday), and their running total.
function weekly(target, filter = {}) {
  return db.links.aggregate([
    {$match: which(target, {lost_at: ANY, ...filter})},
    {$group: {_id: {$dateTrunc: {date: '$first_seen', unit: 'week'}}, links: {$sum: 1}}},
    {$setWindowFields: {sortBy: {_id: 1},
      output: {total: {$sum: '$links', window: {documents: ['unbounded', 'current']}}}}},
    {$sort: {_id: 1}},
  ])
}

// The domains that link to `theirs` and not to `mine`.
function gap(mine, theirs, filter = {}) {
  const side = (target, isMine) => [
    {$match: which(target, {is_internal: false, ...filter})},
    {$project: {domain: '$source_domain', dofollow: 1, mine: {$literal: isMine}}},
  ]
  return db.links.aggregate([
    ...side(theirs, 0),
    {$unionWith: {coll: 'links', pipeline: side(mine, 1)}},
    {$group: {_id: '$domain', links: {$sum: 1}, dofollow: one('$dofollow'), mine: {$max: '$mine'}}},
    {$match: {mine: 0}},
    {$unset: 'mine'},
    {$sort: {links: -1, _id: 1}},
  ])
}

// The live links of one page, found by the ids its document lists: the other direction needs no index of its own.
function outlinks(url, filter = {}, fields = {_id: 0, target_url: 1, anchor: 1, link_type: 1, dofollow: 1}) {
  const page = db.pages.findOne({_id: url}, {links: 1})
  const packed = Buffer.from(page && page.links ? page.links.toString('hex') : '', 'hex')
  const first = blake2b8(url)
  const ids = []
  for (let at = 0; at < packed.length; at += 12) { // 8 bytes of the id's second half, 4 of a digest
    ids.push(UUID(first + packed.subarray(at, at + 8).toString('hex')))
  }
  return db.links.find({_id: {$in: ids}, ...filter}, fields)
}

// Parts ---------------------------------------------------------------------------------------------------------------

function which(target, filter) {
  return {target_key: keys(target), ...LIVE, ...filter}
}

function one(condition) {
  return {$sum: {$cond: [condition, 1, 0]}}
}

function counts() {
  return {links: {$sum: 1}, dofollow: one('$dofollow'), nofollow: one('$nofollow'), ugc: one('$ugc'),
    sponsored: one('$sponsored'), redirected: one({$gt: ['$via', null]})}
}

function summed() {
  return Object.fromEntries(Object.keys(counts()).map((name) => [name, {$sum: '$' + name}]))
}

function parse(text) {
  const url = new URL(/^https?:/i.test(text) ? text : 'https://' + text)
  url.hash = ''
  return url
}

function reversed(name) {
  const address = name.startsWith('[') || /^[\d.]+$/.test(name)
  return address ? name : name.replace(/\.$/, '').split('.').reverse().join('.')
}

// BLAKE2b (RFC 7693) with a digest of 8 bytes, in hexadecimal: the first half of the ids of a page's links.
function blake2b8(text) {
  const IV = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
    0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n]
  const SIGMA = ['0123456789abcdef', 'ea489fd61c02b753', 'b8c052fdae367194', '7931dcbe265a40f8', '905724afe1bc683d',
    '2c6a0b834d75fe19', 'c51fed4a0763928b', 'db7ec13950f4862a', '6fe9b308c2d714a5', 'a2847615fb9e3cd0']
  const QUARTETS = ['048c', '159d', '26ae', '37bf', '05af', '16bc', '278d', '349e']
  const digits = (row) => Array.from(row, (digit) => parseInt(digit, 16))
  const rotated = (word, bits) => (word >> bits) | BigInt.asUintN(64, word << (64n - bits))

  const bytes = Buffer.from(text, 'utf8')
  const state = IV.slice()
  state[0] ^= 0x01010008n // digest of 8 bytes, no key, no tree
  for (let at = 0; at === 0 || at < bytes.length; at += 128) {
    const block = Buffer.alloc(128)
    bytes.copy(block, 0, at)
    const words = Array.from({length: 16}, (_, i) => block.readBigUInt64LE(8 * i))
    const isLast = at + 128 >= bytes.length
    const v = [...state, ...IV]
    v[12] ^= BigInt(isLast ? bytes.length : at + 128)
    if (isLast) v[14] = ~v[14] & 0xffffffffffffffffn
    for (let round = 0; round < 12; round++) {
      const order = digits(SIGMA[round % 10])
      QUARTETS.forEach((quartet, i) => {
        const [a, b, c, d] = digits(quartet)
        const mix = (word, [r1, r2]) => {
          v[a] = BigInt.asUintN(64, v[a] + v[b] + word)
          v[d] = rotated(v[d] ^ v[a], r1)
          v[c] = BigInt.asUintN(64, v[c] + v[d])
          v[b] = rotated(v[b] ^ v[c], r2)
        }
        mix(words[order[2 * i]], [32n, 24n])
        mix(words[order[2 * i + 1]], [16n, 63n])
      })
    }
    state.forEach((_, i) => { state[i] ^= v[i] ^ v[i + 8] })
  }
  const digest = Buffer.alloc(8)
  digest.writeBigUInt64LE(state[0])
  return digest.toString('hex')
}
