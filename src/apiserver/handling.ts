// What answering a request takes beside the request itself. One value for a running server.
import type { Facts } from '../schema/builtin.ts';
import type { Api } from './api.ts';
import type { GoTypes } from './write/goTypes.ts';

export interface Handling {
  readonly api: Api;
  readonly facts: Facts;
  readonly types: GoTypes;
  /** `host:port` of the listener, for discovery. */
  readonly address: () => string;
}
