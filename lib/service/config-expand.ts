import { type Document, isScalar, type LineCounter, visit } from 'yaml'
import { ConfigError, placeIn } from './config-error.ts'
import type { Environment } from './env.ts'

const VARIABLE = /\$\{([^}]*)\}?/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Puts the environment's values in the place of `${NAME}`. Names every variable that is missing, and no value. */
export function expand(
  doc: Document,
  lines: LineCounter,
  file: string,
  variables: Environment['variables'],
): void {
  const mistakes: string[] = []
  visit(doc, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return
      const at = `${file}:${placeIn(lines, node)}`
      node.value = node.value.replace(VARIABLE, (whole: string, name: string) => {
        const value = variables[name]
        if (!NAME.test(name) || !whole.endsWith('}')) {
          mistakes.push(`${at}: "\${" begins the name of a variable; write it as \${NAME}`)
        } else if (value === undefined) {
          mistakes.push(`${at}: the environment has no variable ${name}; set it, or write the value here`)
        }
        return value ?? ''
      })
    },
  })
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'))
}
