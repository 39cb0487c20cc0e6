// OrbitDB's own storage is native code; ours is files, so that the bundle has none. See build.py.
export class Level {
  constructor () { throw new Error('level is not part of the bundle') }
}
