// The typed face of the connection: requests and notifications by the names of protocol.ts. Knows no view model.
import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageserver/node';
import { reasonOf } from '../model/reason.ts';
import type { ClientNotifications, Requests, ServerNotifications } from './protocol.ts';

export const progressLines = new ProgressType<string>();

/** Answers a request of ours; the signal aborts when the client cancels. */
export function answer<M extends keyof Requests>(
  connection: Connection,
  method: M,
  handler: (
    params: Requests[M]['params'],
    signal: AbortSignal,
  ) => Promise<Requests[M]['result']> | Requests[M]['result'],
): void {
  connection.onRequest(
    method,
    async (params: Requests[M]['params'], token: CancellationToken): Promise<object | null> => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort(new Error('cancelled')));
      try {
        return await handler(params, controller.signal);
      } catch (error) {
        // The client shows the sentence as it is: without the prefix that plain errors get on the way.
        throw new ResponseError(LSPErrorCodes.RequestFailed, reasonOf(error));
      } finally {
        subscription.dispose();
      }
    },
  );
}

export function tell<M extends keyof ServerNotifications>(
  connection: Connection,
  method: M,
  params: ServerNotifications[M],
): void {
  void connection.sendNotification(method, params);
}

export function hear<M extends keyof ClientNotifications>(
  connection: Connection,
  method: M,
  handler: (params: ClientNotifications[M]) => void,
): void {
  connection.onNotification(method, (params: ClientNotifications[M]) => handler(params));
}
