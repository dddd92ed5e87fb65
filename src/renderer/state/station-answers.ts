import { api } from './api.ts'
import { setStationLink, useStation } from './station-store.ts'

/** The station has said something: it is there. */
export function stationAnswers(): void {
  if (useStation.getState().link === 'up') return
  setStationLink('up')
  void readOnce()
}

/** What does not change while the station runs; read again after every reconnect because the station may be another. */
async function readOnce(): Promise<void> {
  const { version } = await api.station.info.query()
  useStation.setState({ version })
}
