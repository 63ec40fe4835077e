// judge-stage.mjs ALDER FOLDER POT PAN TOKEN...: brings the demo's things into every state through the API, so that each page and
// each operation has one to show. It prints what there is to look at, as lines of "WHO ADDRESS", and writes into FOLDER, for each
// member, an OpenAPI document with the ids of things that she can do it to: a check knows only what the document says.
import fs from 'node:fs'
const [alder, folder, pot, pan, ...tokens] = process.argv.slice(2)
const members = ['sage', 'karim', 'rosa']
const token = who => tokens[members.indexOf(who)]

async function api(who, method, path, body) {
  const headers = { authorization: 'Bearer ' + token(who), ...(body && { 'content-type': 'application/json' }) }
  const answer = await fetch(alder + '/api/v1' + path, { method, headers, body: body && JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${who} ${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? undefined : answer.json()
}

async function until(what, done) {
  for (let i = 0; i < 300; i++) {
    const result = await done()
    if (result) return result
    await new Promise(later => setTimeout(later, 100))
  }
  throw new Error('never: ' + what)
}

const day = 24 * 60 * 60 * 1000
const at = days => new Date(Math.ceil(Date.now() / 1000) * 1000 + days * day).toISOString().replace('.000', '')
const when = { from: at(5), to: at(5.2) }

async function give(who, title, more = {}) {
  const offer = await api(who, 'POST', '/offers', { title, audience: 'anyone', windows: [when], place: 'Elm Street 12', ...more })
  await api(who, 'POST', `/offers/${offer.id}/publish`, {})
  return offer.id
}
const ask = async (who, offer) => (await api(who, 'POST', `/offers/${offer}/claims`, { note: 'We would use it a lot.' })).id

// Before the clock turns: what is asked for.
const promised = {}
for (const verb of ['show', 'pick_window', 'propose_window', 'send_place', 'release', 'handed_over', 'did_not_happen', 'apart']) {
  const offer = await give('rosa', 'A lamp to ' + verb.replaceAll('_', ' '))
  promised[verb] = { offer, claim: await ask('karim', offer) }
}
const chosen = await give('sage', 'A rake', { choose: 'giver' })
const lot = await give('sage', 'A spade', { choose: 'giver' })
for (const who of ['rosa', 'karim']) for (const offer of [chosen, lot]) await ask(who, offer)

await fetch(alder + '/dev/clock', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"advance":"48h"}' })
for (const { claim } of Object.values(promised)) await until('promised', async () => (await api('karim', 'GET', `/claims/${claim}`)).state === 'promised')
await until('choosing', async () => (await api('sage', 'GET', `/offers/${lot}`)).state === 'choosing')

// After it: what is gathering now.
const draft = (await api('karim', 'POST', '/offers', { title: 'A draft' })).id
const gathering = await give('rosa', 'A mirror')
const lengthened = await give('rosa', 'A longer ladder')
const rested = await give('rosa', 'A sledge')
const withdrawn = await give('rosa', 'A teapot')
const wished = await ask('karim', gathering)
const favourite = (await api('sage', 'GET', `/offers/${chosen}/claims`)).items[0].id
const stranger = await until('asked by a neighbour', async () => (await api('sage', 'GET', '/neighbours')).items.find(n => n.state === 'asked_by_them'))
const next = (await api('rosa', 'GET', '/offers?limit=1')).next

// Which member can do what, and to what. What takes no path is done by the stewards' Sage.
const done = {
  sage: {
    'GET /offers': {}, 'POST /offers': {}, 'GET /offers/{id}/claims': { id: lot }, 'POST /offers/{id}/choose': { id: chosen }, 'POST /offers/{id}/draw': { id: lot },
    'POST /offers/{id}/claims': { id: gathering }, 'GET /invites': {}, 'POST /invites': {}, 'GET /sessions': {}, 'DELETE /sessions': {},
    'GET /neighbours': {}, 'POST /neighbours': {}, 'POST /neighbours/{id}/accept': { id: stranger.id }, 'POST /neighbours/{id}/part': { id: stranger.id },
    'GET /me': {}, 'GET /node': {}, 'GET /openapi.json': {},
  },
  karim: {
    'GET /offers/{id}': { id: gathering }, 'POST /offers/{id}/publish': { id: draft }, 'GET /claims': {}, 'GET /claims/{id}': { id: wished },
    'DELETE /claims/{id}': { id: wished }, 'POST /claims/{id}/pick_window': { id: promised.pick_window.claim },
    'POST /claims/{id}/propose_window': { id: promised.propose_window.claim }, 'POST /claims/{id}/release': { id: promised.release.claim },
    'GET /claims/{id}/messages': { id: promised.show.claim }, 'POST /claims/{id}/messages': { id: promised.show.claim },
  },
  rosa: {
    'PATCH /offers/{id}': { id: gathering }, 'POST /offers/{id}/lengthen': { id: lengthened }, 'POST /offers/{id}/rest': { id: rested },
    'POST /offers/{id}/withdraw': { id: withdrawn }, 'GET /offers/{id}/draw': { id: promised.show.offer },
    'POST /claims/{id}/send_place': { id: promised.send_place.claim }, 'POST /claims/{id}/handed_over': { id: promised.handed_over.claim },
    'POST /claims/{id}/did_not_happen': { id: promised.did_not_happen.claim }, 'POST /claims/{id}/apart': { id: promised.apart.claim },
  },
}

const whole = await (await fetch(alder + '/api/v1/openapi.json')).json()
fs.writeFileSync(`${folder}/openapi.json`, JSON.stringify(whole))

// What a value must be because of another (max_per_claim and quantity), or in this world (a photo's id, a time to come), a schema
// cannot say, and the check makes up no text for a pattern. readOnly keeps these out of what it makes up, not out of what it
// tries to break.
const unsaid = { NewOffer: ['language', 'max_per_claim', 'windows', 'photos'], Wish: ['quantity', 'windows'], NewInvite: ['kind'] }
unsaid.OfferChange = unsaid.NewOffer
const exact = { Picked: { window: when }, Choice: { claim: favourite }, Address: { address: pan + '/ap/collective' } }
const missing = new Set(Object.entries(whole.paths).flatMap(([path, verbs]) => Object.keys(verbs).map(verb => `${verb.toUpperCase()} ${path}`)))
missing.delete('POST /media') // the check writes no multipart
missing.delete('POST /offers/{id}/relist') // only of what no draw is left for, as after a restore
missing.delete('POST /neighbours/{id}/set_aside') // the demo has one steward, who suggests nothing
for (const who of members) {
  const document = structuredClone(whole)
  for (const [schema, names] of Object.entries(unsaid)) for (const name of names) document.components.schemas[schema].properties[name].readOnly = true
  for (const [schema, values] of Object.entries(exact)) for (const [name, value] of Object.entries(values)) document.components.schemas[schema].properties[name] = { const: value }
  document.paths = {}
  for (const [operation, things] of Object.entries(done[who])) {
    missing.delete(operation)
    const [verb, path] = operation.split(' ')
    const one = structuredClone(whole.paths[path][verb.toLowerCase()])
    one.parameters = one.parameters?.map(p => p.$ref ? structuredClone(whole.components.parameters[p.$ref.split('/').pop()]) : p)
    for (const p of one.parameters ?? []) if (p.in === 'path') p.schema = { const: things[p.name] }
    for (const p of one.parameters ?? []) if (p.name === 'after') p.schema = { const: next }
    document.paths[path] = { ...document.paths[path], [verb.toLowerCase()]: one }
  }
  fs.writeFileSync(`${folder}/${who}.json`, JSON.stringify(document))
}
if (missing.size) throw new Error('nobody does ' + [...missing].join(', '))

// What there is to look at.
const look = {
  anybody: ['/', '/offers', '/offers?q=nothing-like-it', `/offers/${gathering}`, '/sign-in', '/recover', '/keeping', (await api('sage', 'POST', '/invites', {})).url],
  sage: ['/today', '/us', '/stewards', '/invites', '/neighbours', '/queue', '/settings', `/offers/${chosen}/choose`, `/offers/${chosen}`],
  rosa: ['/offers/new', `/offers/${gathering}`, `/offers/${gathering}/edit`, `/offers/${promised.show.offer}`, `/offers/${promised.show.offer}/draw`, `/claims/${promised.show.claim}`, '/claims'],
  karim: ['/today', '/offers', '/offers/new', `/offers/${lengthened}`, `/claims/${promised.show.claim}`, `/claims/${wished}`, '/claims', '/us', '/settings', '/keeping'], // in Arabic
  document: ['/ap/collective', '/ap/decisions', '/ap/node', '/ap/collective/outbox', '/ap/collective/followers', `/ap/offers/${gathering}`],
}
for (const [who, paths] of Object.entries(look)) for (const path of paths) console.log(who, new URL(path, alder).href)
