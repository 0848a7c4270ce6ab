import type { Asked, AskName, ThreadData } from './asks.ts'
import { openSql } from './database.ts'
import type { HistoryThread } from './history-thread.ts'
import { Recorder } from './recorder.ts'

/** For tests: the recorder without a thread of its own. */
export function withoutThread({ file, limits }: ThreadData): HistoryThread {
  const recorder: Asked = new Recorder(openSql(file, 'fast'), limits)
  return {
    ask: async <Name extends AskName>(name: Name, ...args: Parameters<Asked[Name]>) =>
      (recorder[name] as (this: Asked, ...given: Parameters<Asked[Name]>) => ReturnType<Asked[Name]>).apply(
        recorder,
        args,
      ),
    close: async () => {},
  }
}
