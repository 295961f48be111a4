// Why a replacement cannot be made, on its way to the finding. Never leaves this folder as an exception.
export class ReplacementFault extends Error {}
