// Stands in for undici in the bundles: client-node imports it for requests that Plumbline never makes through it.
function Unused(): never {
  throw new Error('undici is not part of this build: cluster traffic goes through src/kube');
}

export {
  Unused as Agent,
  Unused as ProxyAgent,
  Unused as Dispatcher,
  Unused as EnvHttpProxyAgent,
  Unused as FormData,
  Unused as Headers,
};
export const fetch = (): never => {
  throw new Error('undici is not part of this build: cluster traffic goes through src/kube');
};
export const setGlobalDispatcher = (): void => undefined;
export const getGlobalDispatcher = (): undefined => undefined;
export default {};
