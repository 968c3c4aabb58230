/** Why the native engine cannot be had on this machine now. Never fatal: audits run on WebAssembly then. */
export class NativeUnavailable extends Error {
  /**
   * @param {string} reason a clause, without a full stop
   * @param {string} remedy what a person can do, a clause in the imperative
   */
  constructor(reason, remedy) {
    super(reason);
    this.name = 'NativeUnavailable';
    this.remedy = remedy;
  }
}
