import type { Incident } from '../../contract/incident.ts'
import { api } from '../state/api.ts'

export const readIncident = (id: string): Promise<Incident> => api.robot.incident.query({ id })
