/** What a request asks for and cannot have, as a sentence. */
export class BadWish extends Error {
  /** The member that is wrong. */
  readonly param: string | null;
  readonly code: string;

  constructor(param: string | null, message: string, code: string = 'invalid_value') {
    super(message);
    this.param = param;
    this.code = code;
  }
}
