import type { RawPage, Wanted } from './read-raw-page.ts'
import { rawByPipeline } from './read-raw-pipeline.ts'
import { rawByScript } from './read-raw-script.ts'
import type { Way } from './read-way.ts'
import type { Reader } from './reader.ts'

/** Reads keys whatever they are: their sizes first, then not more than their heads. */
export const readRaw = (
  { reader, way }: { reader: Reader; way: Way },
  keys: readonly Buffer[],
  wanted: Wanted = 'all',
): Promise<RawPage> =>
  way.take(
    () => rawByScript(reader, way.kinds, keys, wanted),
    () => rawByPipeline(reader, keys, wanted),
  )
