import { type ChildProcess, fork } from 'node:child_process'
import { tieToUs } from '../rig/lifeline.ts'

/** A process of ours that answers one question at a time. It ends with us. */
export interface Child<Question, Answer> {
  ask(question: Question): Promise<Answer>
  close(): void
}

type Reply<Answer> = { answer: Answer } | { trouble: string }

/** `file` stands beside this one. */
export function startChild<Question extends object, Answer>(file: string): Child<Question, Answer> {
  const options = { execArgv: ['--no-deprecation', '--expose-gc'] }
  const child = fork(new URL(file, import.meta.url), options)
  tieToUs(child)
  return {
    ask: (question) => exchange<Answer>(child, question),
    close: () => child.disconnect(),
  }
}

function exchange<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (reply: Reply<Answer>) => {
      child.off('exit', end)
      if ('answer' in reply) resolve(reply.answer)
      else reject(new Error(reply.trouble))
    }
    const end = (code: number | null) => {
      child.off('message', settle)
      reject(new Error(`a process of the benchmark ended with ${code}`))
    }
    child.once('message', settle)
    child.once('exit', end)
    child.send(question)
  })
}

/** The other side: answers until the one who asks is gone. */
export function answerParent<Question, Answer>(obey: (question: Question) => Promise<Answer>): void {
  process.on('disconnect', () => process.exit())
  process.on('message', (question: Question) => {
    obey(question).then(
      (answer) => process.send?.({ answer }),
      (error) => process.send?.({ trouble: String(error) }),
    )
  })
}
