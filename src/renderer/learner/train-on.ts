import { go } from '../state/route.ts'
import { useTrain } from './train-store.ts'

/** Opens the Train screen with this dataset chosen. */
export function trainOn(datasetId: string): void {
  useTrain.setState({ wanted: datasetId })
  go('train')
}
