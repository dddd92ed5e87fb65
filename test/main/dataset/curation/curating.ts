import { curateDataset } from '../../../../src/main/dataset/curation/curate-dataset.ts'

/** Decides about the dataset at argv[2] without end, and says the sequence of each event once it is on disk. */
const [, , path] = process.argv
for (let i = 0; ; i++) {
  const { sequence } = await curateDataset(path!, { kind: i % 2 === 0 ? 'exclude' : 'restore', episodes: [1] }, '')
  process.stdout.write(`${sequence}\n`)
}
