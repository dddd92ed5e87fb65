import type { CurationState, CurationWish } from '../../contract/curation.ts'
import type { CheckReport, DatasetDetail, DatasetSummary, EpisodeDetail, EpisodeRow } from '../../contract/dataset.ts'
import type { DatasetCoverage, PassProgress, ReachOfBox } from '../../contract/dataset-coverage.ts'
import type {
  EvaluationGrid,
  EvaluationProgress,
  EvaluationStart,
  OtherPolicy,
  TryTrace,
} from '../../contract/evaluation.ts'
import type {
  ExchangeJob,
  ExportRoom,
  ExportStart,
  ExportSurvey,
  ImportLook,
  ImportPreview,
  ImportStart,
} from '../../contract/exchange-job.ts'
import type { ExperimentCurve, ExperimentFile, ExperimentSummary, ExperimentView } from '../../contract/experiment.ts'
import type { CurvePoint, Job, TrainStart } from '../../contract/learner.ts'
import type { PolicySummary } from '../../contract/policy.ts'
import type { ReplayProgress, ReplayStart } from '../../contract/replay.ts'
import type { SessionLive, SessionPlan, SessionProgress, SessionStart } from '../../contract/session.ts'
import type { DiskState, StationInfo } from '../../contract/station.ts'
import type { Goal, Task } from '../../contract/task.ts'
import type { TrashEntry } from '../../contract/trash.ts'
import type { ViewCounts, ViewOrder, ViewSummary } from '../../contract/view.ts'
import type { Method } from '../../contract/world.ts'
import type { ReaderClient } from '../dataset/reader-client.ts'
import type { Feed } from '../platform/watched.ts'
import type { IncidentStore } from '../robot/incident/incident-store.ts'
import type { ArmLimitsWatch } from '../robot/arm-limits-watch.ts'
import type { LimitSettings } from '../robot/limit-settings.ts'
import type { PreflightWatch } from '../robot/preflight/preflight-watch.ts'
import type { Robot } from '../robot/robot.ts'
import type { SafetyNotice } from '../robot/safety-notice.ts'
import type { UnattendedSettings } from '../robot/unattended-settings.ts'

type MaybePromise<T> = T | Promise<T>

/** What the procedures need of the station: one member per word. `openStation` puts the real parts together. */
export interface StationServices {
  station: StationService
  robot: Robot
  incidents: IncidentStore
  limits: LimitSettings
  armLimits: ArmLimitsWatch
  safetyNotice: SafetyNotice
  unattended: UnattendedSettings
  preflight: PreflightWatch
  session: SessionService
  dataset: DatasetService
  curation: CurationService
  learner: LearnerService
  policy: PolicyService
  evaluation: EvaluationService
  experiment: ExperimentService
  exchange: ExchangeService
  replay: ReplayService
}

export interface StationService {
  info(): Promise<StationInfo>
  disk: Feed<DiskState>
}

export interface SessionService {
  explorers(): Method[]
  plan(start: SessionStart): MaybePromise<SessionPlan>
  suggestName(explorer: string): MaybePromise<string>
  start(start: SessionStart): MaybePromise<void>
  pause(when: 'episode' | 'now'): MaybePromise<void>
  resume(): MaybePromise<void>
  end(): MaybePromise<void>
  dismiss(): MaybePromise<void>
  progress: Feed<SessionProgress>
  /** One reader per subscriber, because each is sent what is new to it. */
  live(): LiveReader
}

export interface LiveReader {
  /** What is new since the last call; null when nothing is. */
  take(): SessionLive | null
  onChange(listener: () => void): () => void
}

export type EpisodesQuery = Parameters<ReaderClient['episodes']>[0]

export interface DatasetService {
  list: Feed<DatasetSummary[]>
  detail(id: string): MaybePromise<DatasetDetail>
  episodes(query: EpisodesQuery): MaybePromise<{ rows: EpisodeRow[]; total: number }>
  episode(id: string, episode: number): MaybePromise<EpisodeDetail>
  cloud(id: string, most: number): MaybePromise<{ points: string; count: number; of: number }>
  /** Null when the signal was aborted meanwhile. */
  check(id: string, watch: { signal: AbortSignal; progress(progress: PassProgress): void }): Promise<CheckReport | null>
  /** Null when the signal was aborted meanwhile. */
  coverage(
    ids: readonly string[],
    watch: { signal: AbortSignal; progress(progress: PassProgress): void },
  ): Promise<DatasetCoverage[] | null>
  reach(): MaybePromise<ReachOfBox>
  /** Measures what lists of episodes do not know yet; null when the signal was aborted meanwhile. */
  measure(
    id: string,
    task: Task | null,
    watch: { signal: AbortSignal; progress(progress: PassProgress): void },
  ): Promise<true | null>
  timeline: ReaderClient['timeline']
  timelineTile: ReaderClient['timelineTile']
  taskSignals: ReaderClient['taskSignals']
  previewTask: ReaderClient['previewTask']
  add(path: string): MaybePromise<unknown>
}

/** What people decide about datasets. */
export interface CurationService {
  state(id: string): MaybePromise<CurationState>
  curate(id: string, wish: CurationWish, operator: string): MaybePromise<void>
  views: Feed<ViewSummary[]>
  preview(order: ViewOrder): MaybePromise<ViewCounts>
  saveView(name: string, order: ViewOrder, operator: string): MaybePromise<void>
  trash(): MaybePromise<TrashEntry[]>
  putAway(kind: TrashEntry['kind'], id: string): MaybePromise<void>
  restore(id: string): MaybePromise<void>
  erase(id: string): MaybePromise<void>
  forget(id: string): MaybePromise<void>
}

export interface LearnerService {
  learners(): Method[]
  jobs: Feed<Job[]>
  add(start: TrainStart): MaybePromise<Job>
  stop(id: string): MaybePromise<void>
  pause(id: string): MaybePromise<void>
  resume(id: string): MaybePromise<void>
  remove(id: string): MaybePromise<void>
  /** Rows of the curve from row `from` on; throws when there is no such job. */
  curve(id: string, from: number): CurvePoint[]
}

export interface PolicyService {
  list(): MaybePromise<PolicySummary[]>
  /** Writes a policy for other tools to a new path on the station's computer. */
  export(path: string, format: 'onnx' | 'tfjs', out: string): MaybePromise<void>
  /** Takes in a policy file that lies on the station's computer. */
  import(path: string): MaybePromise<PolicySummary>
}

export interface EvaluationService {
  goals(): Goal[]
  setGoals(goals: Goal[]): MaybePromise<void>
  grid: Feed<EvaluationGrid>
  others: Feed<OtherPolicy[]>
  start(start: EvaluationStart): MaybePromise<void>
  /** After the running try. */
  stop(): MaybePromise<void>
  progress: Feed<EvaluationProgress>
  trace(tryId: string): MaybePromise<TryTrace>
  exportCsv(): MaybePromise<string>
  exportOthersCsv(): MaybePromise<string>
  exportSvg(): MaybePromise<string>
}

export interface ReplayService {
  start(start: ReplayStart): MaybePromise<void>
  wish(wish: 'pause' | 'resume' | 'stop'): void
  progress: Feed<ReplayProgress>
  /** True when the episode was replayed slowly to its end since the station was opened. */
  mayBeFast(dataset: string, episode: number): boolean
}

/** Looks at experiments that other processes run. */
export interface ExperimentService {
  list(): Promise<ExperimentSummary[]>
  view(id: string): Promise<ExperimentView>
  curve(id: string, row: string, column: string): Promise<ExperimentCurve>
  files(id: string, kind: 'csv' | 'svg'): Promise<ExperimentFile[]>
}

/** Datasets to and from the formats of other tools. */
export interface ExchangeService {
  /** Newest first, since the station was started. */
  jobs: Feed<ExchangeJob[]>
  survey(id: string): Promise<ExportSurvey>
  room(out: string): MaybePromise<ExportRoom>
  startExport(start: ExportStart): MaybePromise<ExchangeJob>
  look(look: ImportLook): Promise<ImportPreview>
  startImport(start: ImportStart): MaybePromise<ExchangeJob>
  cancel(id: string): void
  forget(id: string): void
}
