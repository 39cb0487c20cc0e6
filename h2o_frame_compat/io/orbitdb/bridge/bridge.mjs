// A node of OrbitDB on libp2p, driven over stdin and stdout: one JSON object a line, {id, method, params} and
// {id, result} or {id, error}; {event, address} when a database has been updated. It ends when stdin does.
// What it gives is not trusted: Python verifies the blocks it exports.

import './promises.mjs'
import fs from 'node:fs'
import { lookup } from 'node:dns/promises'
import path from 'node:path'
import readline from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { bitswap } from '@helia/block-brokers'
import { Helia } from '@helia/utils'
import * as dagCbor from '@ipld/dag-cbor'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { ComposedStorage, createOrbitDB, Entry, Identities, IPFSBlockStorage, KeyStore, LRUStorage, MemoryStorage } from '@orbitdb/core'
import { FsBlockstore } from 'blockstore-fs'
import { MemoryDatastore } from 'datastore-core'
import { FsDatastore } from 'datastore-fs'
import { createLibp2p } from 'libp2p'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'

// The newest entry of a complete table. Heads are exchanged whole in one piece of a stream and do not arrive when
// they are large, so that the newest entry has to be a small one; and as every entry names the one before it, a
// peer that has joined this one has all of them.
const END = '~end'
// Peers that are connected but do not have a table never say so: milliseconds to wait for them where we have a state.
const PATIENCE = 2000
const LOOPBACK = ['/ip4/127.', '/ip6/::1/']

const allowed = new Set()
const databases = new Map() // of promises
let locked, root, helia, orbitdb, blockstore, datastore

// ---------------------------------------------------------------------------------------------- what is on disk

/** Storage as OrbitDB wants it, a file for each key: there are few. */
const FileStorage = async (directory) => {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = key => path.join(directory, Buffer.from(key).toString('base64url'))
  const names = () => fs.readdirSync(directory).filter(name => !name.endsWith('.new'))
  return {
    put: async (key, value) => {
      fs.writeFileSync(file(key) + '.new', typeof value === 'boolean' ? '1' : value, { mode: 0o600 })
      fs.renameSync(file(key) + '.new', file(key))
    },
    get: async (key) => {
      try {
        return new Uint8Array(fs.readFileSync(file(key)))
      } catch (error) {
        if (error.code !== 'ENOENT') throw error
      }
    },
    del: async (key) => fs.rmSync(file(key), { force: true }),
    iterator: async function * () {
      for (const name of names()) {
        yield [Buffer.from(name, 'base64url').toString(), new Uint8Array(fs.readFileSync(path.join(directory, name)))]
      }
    },
    merge: async () => {},
    clear: async () => { for (const name of names()) fs.rmSync(path.join(directory, name)) },
    close: async () => {}
  }
}

/** Keep a second process out: two nodes with one identity would write two histories. */
const lock = () => {
  const file = path.join(root, 'process')
  try {
    const owner = Number(fs.readFileSync(file, 'utf8'))
    process.kill(owner, 0)
    if (owner !== process.pid) {
      throw new Error(`the directory ${root} is in use by process ${owner}; if that is no node, remove ${file}`)
    }
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
  }
  fs.writeFileSync(file, String(process.pid))
  locked = file
}

const peerKey = async () => {
  const file = path.join(root, 'peer.key')
  if (fs.existsSync(file)) return privateKeyFromProtobuf(new Uint8Array(fs.readFileSync(file)))
  const key = await generateKeyPair('Ed25519')
  fs.writeFileSync(file, privateKeyToProtobuf(key), { mode: 0o600 })
  return key
}

// --------------------------------------------------------------------------------------------------- databases

const hashOf = address => address.replace('/orbitdb/', '')
const endOf = heads => heads.find(head => head.payload?.key === END)

/** Give the address of a table of ours: it is that of the manifest, which holds the name and the description. */
const addressOf = async (name, meta) => {
  const storage = async () => await MemoryStorage()
  const db = await orbitdb.open(name, {
    type: 'documents', meta, sync: false,
    headsStorage: await storage(), indexStorage: await storage(), entryStorage: await storage()
  })
  await db.close()
  return db.address
}

/** Open a database once, however many ask for it. */
const open = (address, signal) => {
  if (!databases.has(address)) {
    const opening = openNew(address, signal)
    databases.set(address, opening)
    opening.catch(() => databases.delete(address))
  }
  return databases.get(address)
}

const openNew = async (address, signal) => {
  const folder = name => FileStorage(path.join(root, name, hashOf(address)))
  const storages = {
    headsStorage: await folder('heads'),
    indexStorage: await folder('index'),
    entryStorage: await ComposedStorage(await LRUStorage({ size: 4 }), await IPFSBlockStorage({ ipfs: helia }))
  }
  // Each reference to an older entry would be read again, whole, at each write.
  const db = await orbitdb.open(address, { signal, referencesCount: 0, ...storages })
  const opened = { db, ...storages, joined: false, newest: undefined }
  db.events.on('join', () => { opened.joined = true })
  db.events.on('error', error => console.error(`${address}: ${error.message}`))
  db.events.on('update', entry => { if (entry.payload.key === END) send({ event: 'update', address }) })
  return opened
}

const existing = async (address) => {
  if (!databases.has(address)) throw new Error(`${address} is not open`)
  return await databases.get(address)
}

/** Add an entry that another one will follow: as the log does it, which would read the one before it again, twice. */
const addInner = async (opened, payload) => {
  const before = opened.newest ?? (await opened.db.log.heads())[0]
  const { identity } = orbitdb
  const clock = { id: identity.publicKey, time: (before?.clock.time ?? 0) + 1 }
  const next = before === undefined ? [] : [before.hash]
  const entry = await Entry.create(identity, opened.db.address, payload, undefined, clock, next)
  if (!(await opened.db.access.canAppend(entry))) throw new Error(`Could not append entry: ${identity.id} may not write`)
  const { hash, bytes } = await Entry.encode(entry)
  await opened.entryStorage.put(hash, bytes)
  await opened.indexStorage.put(hash, true)
  opened.newest = { hash, next, clock }
}

/** Add the entry that ends a state; it becomes the head, and peers are told. */
const addEnd = async (opened, payload) => {
  const { newest: last } = opened
  opened.newest = undefined
  if (last !== undefined) await opened.headsStorage.put('heads', JSON.stringify([{ hash: last.hash, next: last.next }]))
  await opened.db.addOperation(payload)
}

// ------------------------------------------------------------------------------------------------------- peers

/** Give the address of a peer with its host's number in place of a name, and let it be dialled. */
const peerAddress = async (text) => {
  const named = /^\/dns[46]?\/([^/]+)(\/.*)$/.exec(text)
  if (named !== null) {
    const { address, family } = await lookup(named[1])
    text = `/ip${family}/${address}${named[2]}`
  }
  const found = multiaddr(text)
  allowed.add(text.split('/').slice(0, 3).join('/') + '/')
  return found
}

/** Connect to peers; give those that did not answer, each with the reason. */
const dial = async (peers, signal) => {
  const refused = {}
  await Promise.all(peers.map(async (peer) => {
    try {
      await helia.libp2p.dial(await peerAddress(peer), { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) })
    } catch (error) {
      refused[peer] = error.message
    }
  }))
  return refused
}

/** Tell whether what we have of a table is all that can be had now. */
const isNewest = ({ db, joined }) => {
  const ours = db.access.write.every(writer => writer === orbitdb.identity.id)
  return joined || ours || db.meta?.live !== true || helia.libp2p.getConnections().length === 0
}

/** Have peers send their newest heads. */
const ask = async (db) => {
  await db.sync.stop()
  await db.sync.start()
}

/** Wait until a table is there as a whole, as new as a peer has it; give what is known when time is up. */
const arrived = async (address, peers, seconds) => {
  const signal = AbortSignal.timeout(seconds * 1000)
  const start = Date.now()
  let refused = {}
  let asked = !databases.has(address) // opening a database asks for the newest heads
  let reason = ''
  for (let round = 1; !signal.aborted; round++) {
    if (peers.length > 0 && (round === 1 || Object.keys(refused).length > 0)) refused = await dial(peers, signal)
    try {
      const opened = await open(address, signal)
      if (!asked && !isNewest({ ...opened, joined: false })) {
        asked = true
        opened.joined = false
        await ask(opened.db)
      }
      if (endOf(await opened.db.log.heads()) && (isNewest(opened) || Date.now() - start > PATIENCE)) {
        return { complete: true, refused }
      }
      // A peer that went away in the middle, or could not be asked, is asked again.
      if (round % 20 === 0) {
        await ask(opened.db)
      }
    } catch (error) {
      reason = error.message
    }
    await sleep(Math.min(50 * round, 250))
  }
  return { complete: false, refused, reason, connected: helia.libp2p.getConnections().map(c => String(c.remoteAddr)) }
}

// ----------------------------------------------------------------------------------------------------- methods

const methods = {
  async start ({ directory, listen, peers }) {
    root = directory
    fs.mkdirSync(root, { recursive: true, mode: 0o700 })
    lock()
    blockstore = new FsBlockstore(path.join(root, 'blocks'))
    datastore = new FsDatastore(path.join(root, 'data'))
    await blockstore.open()
    await datastore.open()
    const libp2p = await createLibp2p({
      privateKey: await peerKey(),
      addresses: { listen },
      datastore: new MemoryDatastore(),
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      peerDiscovery: [],
      connectionGater: {
        denyDialMultiaddr: address => ![...LOOPBACK, ...allowed].some(start => String(address).startsWith(start))
      },
      services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) }
    })
    helia = new Helia({ libp2p, blockstore, datastore, blockBrokers: [bitswap()], routers: [], codecs: [dagCbor] })
    await helia.start()
    const identities = await Identities({
      ipfs: helia, keystore: await KeyStore({ storage: await FileStorage(path.join(root, 'keys')) })
    })
    orbitdb = await createOrbitDB({ ipfs: helia, identities, id: 'h2o-compat', directory: path.join(root, 'orbitdb') })
    await dial(peers, AbortSignal.timeout(5000))
    return { addresses: libp2p.getMultiaddrs().map(String), identity: orbitdb.identity.id }
  },

  /** Open a table of ours; `complete` when it has been written before. */
  async create ({ name, meta }) {
    const address = await addressOf(name, meta)
    const { db } = await open(address)
    return { address, complete: endOf(await db.log.heads()) !== undefined }
  },

  /** Write a document; peers are told of the last one only, and fetch the others. */
  async append ({ address, document }) {
    const payload = { op: 'PUT', key: document._id, value: document }
    await (document._id === END ? addEnd : addInner)(await existing(address), payload)
    return {}
  },

  /** Connect to a peer, if it is one of those that were named. */
  async dial ({ peer }) {
    await helia.libp2p.dial(multiaddr(peer), { signal: AbortSignal.timeout(5000) })
    return {}
  },

  async replicate ({ address, peers, seconds }) {
    return await arrived(address, peers, seconds)
  },

  /** Tell whether the manifest of a table is here, without asking anyone. */
  async holds ({ address }) {
    return { holds: await blockstore.has(CID.parse(hashOf(address), base58btc)) }
  },

  /** Give the hash of the entry that closes the newest state of a table. */
  async end ({ address }) {
    const end = endOf(await (await existing(address)).db.log.heads())
    if (end === undefined) throw new Error('the table is not complete')
    return { hash: end.hash }
  },

  /** Give a block that is here. */
  async block ({ hash }) {
    const parts = []
    for await (const part of blockstore.get(CID.parse(hash, base58btc))) parts.push(part)
    return { data: Buffer.concat(parts).toString('base64') }
  },

  async stop () {
    await orbitdb?.stop()
    await helia?.stop()
    if (locked !== undefined) fs.rmSync(locked, { force: true })
    setTimeout(() => process.exit(0), 20)
    return {}
  }
}

// ---------------------------------------------------------------------------------------------------- the pipe

const send = message => process.stdout.write(JSON.stringify(message) + '\n')
console.log = console.error // stdout is for answers

const answer = async (line) => {
  let id
  try {
    const message = JSON.parse(line)
    id = message.id
    send({ id, result: await methods[message.method](message.params) })
  } catch (error) {
    send({ id, error: error?.message ?? String(error) })
  }
}

const lines = readline.createInterface({ input: process.stdin })
lines.on('line', answer)
lines.on('close', () => methods.stop())
process.on('SIGINT', () => {}) // a terminal sends it to the whole group; the owner decides
