/** Which rooms may import from which. Stale or missing rules show up as errors in `npm run verify`. */
const room = (name) => `^lib/${name}/`
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })
const only = (name, allowed, comment) =>
  forbid(
    `${name}-imports`,
    comment,
    { path: room(name), pathNot: ['\\.test\\.tsx?$', '/(testing|conformance)/'] },
    {
      path: '^(lib|app|components|e2e)/',
      pathNot: [name, ...allowed].map(room),
    },
  )

module.exports = {
  forbidden: [
    forbid('no-cycles', 'no file may reach itself', {}, { circular: true }),
    forbid(
      'core-stands-alone',
      'core imports nothing outside itself',
      { path: room('core'), pathNot: ['\\.test\\.ts$', '^lib/core/system\\.ts$'] },
      { pathNot: room('core') },
    ),
    forbid(
      'fleet-is-pure',
      'fleet imports only fleet and zod',
      { path: room('fleet'), pathNot: '\\.test\\.ts$' },
      { pathNot: [room('fleet'), '^node_modules/zod'] },
    ),
    only('engines', ['core', 'fleet'], 'engines know core and the shared vocabulary'),
    only('watch', ['engines', 'fleet'], 'watch drives the engines and feeds fleet'),
    only('history', ['fleet'], 'history keeps what it is handed'),
    only('admin', ['fleet'], 'admin gets what it needs handed in'),
    only('simulation', ['core', 'engines'], 'the simulation runs the core on memory nodes'),
    only('library', ['core', 'engines', 'guards'], 'what a service that takes locks imports'),
    only('guards', ['core'], 'guards know a fence, not who gave it'),
    only('faults', ['core', 'engines', 'rig', 'guards'], 'faults break real servers under the library'),
    only(
      'bench',
      ['core', 'engines', 'fleet', 'history', 'rig', 'service', 'watch'],
      'the benchmark is a user of the library, and measures the console',
    ),
    only('rig', ['core'], 'the rig starts servers'),
    only(
      'interop',
      ['engines', 'fleet', 'watch', 'rig'],
      'other libraries are read as the console reads them',
    ),
    only('demo', ['core', 'engines', 'fleet', 'rig'], 'the demo is a user of the library'),
    only(
      'service',
      ['core', 'engines', 'fleet', 'watch', 'history', 'admin', 'demo', 'rig'],
      'the composition root knows all below it',
    ),
    only('server', ['service', 'fleet'], 'the web side reaches the service only'),
    only('client', ['fleet'], 'the browser knows the wire format only'),
    forbid(
      'components-imports',
      'components see client and fleet only',
      { path: '^components/', pathNot: '\\.test\\.tsx?$' },
      { path: '^(lib|app|e2e)/', pathNot: [room('client'), room('fleet')] },
    ),
    forbid(
      'server-only-in-server',
      'server-only lives in lib/server',
      { pathNot: room('server') },
      { path: '^node_modules/server-only' },
    ),
    forbid(
      'engine-names-in-registry',
      'an engine is named only in its folder, the registry and tests',
      { path: '^lib/', pathNot: ['^lib/engines/', '^lib/(demo|simulation|faults|bench)/', '\\.test\\.ts$'] },
      { path: '^lib/engines/(memory|redis|etcd)/' },
    ),
    forbid('no-tests-in-product', 'nothing imports a test', {}, { path: '\\.test\\.tsx?$' }),
    forbid(
      'resolvable',
      'every import can be found; what the build makes is there after it, and other libraries where they are used',
      { pathNot: ['^lib/bench/peers/', '^lib/interop/'] },
      { couldNotResolve: true, pathNot: '/dist/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
