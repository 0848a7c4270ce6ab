// `npm run dev`: Next's development server; the service runs from its TypeScript sources.
import { needPort, runConsole } from './console.mjs'
import { needNode, needPackages, root } from './steps.mjs'

needNode()
await needPackages()
const { register } = await import('tsx/esm/api')
register()
const { readConfig } = await import('../service/config.ts')
const { listen } = readConfig({ cwd: root, variables: process.env })
await needPort(listen)
await runConsole({ command: 'dev', listen, stdout: 'inherit' })
