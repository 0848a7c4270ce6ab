import type { Settings } from '../settings.ts'

/** One thing that is measured. Gives what is printed about it. */
export interface Part {
  name: string
  title: string
  run(settings: Settings): Promise<string>
}
