// What a kind of cluster must offer. A new provider is one file that implements this and one line in clusters.ts.

export type ProviderName = 'embedded' | 'kind';

/** What is remembered of a cluster, in `cluster.json` of its folder. */
export interface ClusterRecord {
  readonly name: string;
  readonly provider: ProviderName;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Path of the cluster's own kubeconfig, mode 0600. The user's kubeconfig is never touched. */
  readonly kubeconfig: string;
  readonly context: string;
  /** The folder that holds the record and, for the embedded cluster, its state. */
  readonly folder: string;
}

export interface ClusterStatus {
  readonly record: ClusterRecord;
  readonly state: 'running' | 'stopped';
  /** Address of the API server, where it runs. */
  readonly server: string | undefined;
  /** Why it is not running, in one sentence; empty when it is. */
  readonly message: string;
}

/** Told while a long step runs; one short line each. */
export type Progress = (message: string) => void;

export interface Provider {
  readonly name: ProviderName;
  /** One sentence that names what is missing on this machine, or undefined when a cluster can be made. */
  missing(signal: AbortSignal): Promise<string | undefined>;
  /** Makes the cluster, or starts a stopped one. Idempotent. Throws ClusterError. */
  start(record: ClusterRecord, progress: Progress, signal: AbortSignal): Promise<void>;
  /** Ends the cluster and everything that `start` made outside the record's folder. */
  remove(record: ClusterRecord, progress: Progress, signal: AbortSignal): Promise<void>;
  status(record: ClusterRecord, signal: AbortSignal): Promise<ClusterStatus>;
}

/** A failure to tell the user: the message says what failed, why, and what to do. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}
