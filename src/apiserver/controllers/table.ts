// The stand-in controllers that run inside the embedded cluster: one line each.
import type { Controller } from './controller.ts';

import { cronJobs } from './cronJob.ts';
import { daemonSets } from './daemonSet.ts';
import { deployments } from './deployment.ts';
import { disruptionBudgets } from './disruptionBudget.ts';
import { jobs } from './job.ts';
import { node } from './node.ts';
import { pods } from './pod.ts';
import { replicaSets } from './replicaSet.ts';
import { statefulSets } from './statefulSet.ts';
import { volumeClaims } from './volumeClaim.ts';
import { protectVolumes } from '../volumeProtection.ts';

export type { Controller } from './controller.ts';

export const controllers: readonly Controller[] = [
  node,
  pods,
  replicaSets,
  deployments,
  statefulSets,
  daemonSets,
  jobs,
  cronJobs,
  volumeClaims,
  protectVolumes,
  disruptionBudgets,
];
