/** What the world does to us: a port gone, a socket refused, a device in use. Match on `code`. */

export class RouterError extends Error {
  override readonly name: string = 'RouterError';
  /** Upper case, e.g. PORT_IN_USE: what programs match on; the message is for people. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
