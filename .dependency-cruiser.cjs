// Import directions: robot, world -> session -> task -> dataset -> replay -> learner -> policy -> evaluation -> experiment -> formats.
// A folder of src/main imports only what lies to its left, plus contract and platform.
const flow = [
  ['robot'],
  ['world'],
  ['session'],
  ['task'],
  ['dataset'],
  ['replay'],
  ['learner'],
  ['policy'],
  ['evaluation'],
  ['experiment'],
  ['formats'],
]

const leftward = flow.flatMap((words, i) => {
  const later = flow.slice(i + 1).flat()
  if (later.length === 0) return []
  return words.map((word) => ({
    name: `${word}-imports-only-leftward`,
    severity: 'error',
    from: { path: `^src/main/${word}/` },
    to: { path: `^src/main/(${later.join('|')})/` },
  }))
})

module.exports = {
  forbidden: [
    ...leftward,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: '^src/contract/' },
      to: { path: '^src/(main|preload|renderer)/' },
    },
    {
      name: 'platform-knows-no-word',
      severity: 'error',
      from: { path: '^src/main/platform/' },
      to: { path: '^src/main/(?!platform/)' },
    },
    {
      name: 'words-know-no-composition-root',
      severity: 'error',
      from: {
        path: '^src/main/(robot|world|session|task|dataset|replay|learner|policy|evaluation|experiment|formats|platform)/',
      },
      to: { path: '^src/main/(api|verbs|workers)/|^src/main/[^/]+\\.ts$' },
    },
    {
      name: 'window-sees-main-as-types-only',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|preload)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-knows-no-window',
      severity: 'error',
      from: { path: '^src/(main|preload)/' },
      to: { path: '^src/renderer/' },
    },
    {
      name: 'electron-only-in-its-shell',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main/main\\.ts|preload/)' },
      to: { path: '^electron$|node_modules/electron/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.css', '.json'] },
  },
}
