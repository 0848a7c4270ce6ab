/** The only place of the service that looks at the process's environment. */
export interface Environment {
  readonly cwd: string
  readonly variables: Readonly<Record<string, string | undefined>>
}

export const environment = (): Environment => ({ cwd: process.cwd(), variables: process.env })
