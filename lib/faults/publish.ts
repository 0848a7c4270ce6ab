import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { History } from './history.ts'
import type { Judgement } from './judge.ts'

/** What one fault did to one kind of backend, for the table of `npm run faults:report`. */
export interface Published {
  fault: string
  backend: string
  grants: number
  overlaps: number
  lateWrites: number
  refusedWrites: number
  lateWritesUnguarded: number
  note: string
}

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/lockkeeper-faults')

/** Kept beside the packages, since it is a result of a run and no part of the project. */
export function publish(fault: string, backend: string, found: Judgement, note = ''): void {
  const line: Published = {
    fault,
    backend,
    grants: found.grants,
    overlaps: found.overlaps.length,
    lateWrites: found.lateWrites.length,
    refusedWrites: found.refusedWrites,
    lateWritesUnguarded: found.lateWritesUnguarded.length,
    note,
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${fault}-${backend}.json`.replaceAll(/[^\w.-]/g, '-')), JSON.stringify(line))
}

/** Keeps what a violation was found in; says where. */
export function saveHistory(name: string, history: History): string {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, `${name}.jsonl`)
  writeFileSync(file, history.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  return file
}

export function readPublished(): Published[] {
  mkdirSync(FOLDER, { recursive: true })
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))
  return files.map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))
}
