import type { Lock } from '../fleet/lock.ts'
import type { KeyId } from '../fleet/sighting.ts'
import type { Verdict } from '../fleet/verdict.ts'
import { Agenda } from './agenda.ts'
import { Crew, type Kind, Kinds } from './kinds.ts'
import { LockIds, type RawKey, rawKeyOf } from './lock-ids.ts'
import { VotePacker } from './packed-votes.ts'
import { Row } from './row.ts'
import { pack, type RowPlace, unpack } from './row-lock.ts'
import { type Shelf, Shelves, walk } from './shelves.ts'

export interface RowsOptions extends Omit<RowPlace, 'crew' | 'votes'> {
  backend: string
  database: number | null
  /** When the store has to be asked again since time alone may have ended something; null = not because of that. */
  lookAt(lock: Lock): number | null
  look(keys: readonly KeyId[]): void
}

/** All locks of one backend, as small as they can be kept. */
export class Rows {
  readonly ids: LockIds
  readonly agenda: Agenda<Row>
  readonly options: RowsOptions
  readonly #kinds: Kinds
  readonly #place: RowPlace
  readonly #rows = new Map<RawKey, Row>()
  readonly #shelves = new Shelves<Row>()
  #candidates = 0

  constructor(options: RowsOptions, onDue: (rows: Row[]) => void) {
    this.options = options
    this.ids = new LockIds(options.backend, options.database)
    this.#kinds = new Kinds(this.ids)
    this.#place = { ...options, crew: new Crew(), votes: new VotePacker() }
    this.agenda = new Agenda(onDue)
  }

  get size(): number {
    return this.#rows.size
  }

  /** How many of them only might be locks. */
  get candidates(): number {
    return this.#candidates
  }

  at(key: KeyId): Row | undefined {
    return this.#rows.get(rawKeyOf(key))
  }

  byId(id: string): Row | undefined {
    const raw = this.ids.rawOf(id)
    return raw === null ? undefined : this.#rows.get(raw)
  }

  get shelves(): readonly Shelf<Row>[] {
    return this.#shelves.all
  }

  values(): IterableIterator<Row> {
    return walk(this.shelves)
  }

  /** Without verdicts. */
  lockOf(row: Row): Lock {
    return unpack(row, this.#place)
  }

  /** Into its row, or a new one. */
  keep(key: KeyId, known: Row | undefined, lock: Lock, verdicts: readonly Verdict[]): Row {
    const type = this.#kinds.of(lock, verdicts)
    const row = known ?? this.#add(rawKeyOf(key), type)
    const wasFree = known?.state === 'free'
    if (known) this.#candidates -= isCandidate(row)
    row.type = type
    this.#candidates += isCandidate(row)
    if (row.name !== lock.name) row.name = lock.name === row.key ? row.key : lock.name
    pack(row, lock, this.#place, wasFree)
    return row
  }

  judged(row: Row, lock: Lock, verdicts: readonly Verdict[]): void {
    row.type = this.#kinds.of(lock, verdicts)
  }

  delete(row: Row): void {
    this.agenda.set(row, null)
    this.ids.forget(row.key)
    if (!this.#rows.delete(row.key)) return
    this.#shelves.delete(row)
    this.#candidates -= isCandidate(row)
  }

  #add(key: RawKey, type: Kind): Row {
    const row = this.#shelves.add((shelf, at) => new Row(key, type, shelf, at))
    this.#rows.set(row.key, row)
    return row
  }
}

const isCandidate = (row: Row): number => (row.confidence === 'candidate' ? 1 : 0)
