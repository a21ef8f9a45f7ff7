/** The configuration cannot be used; nothing was started. */
export class ConfigProblem extends Error {
  readonly code: 'CONFIG_UNREADABLE' | 'CONFIG_INVALID' | 'SECRET_MISSING';
  readonly cure: string;

  constructor(code: ConfigProblem['code'], message: string, cure: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.cure = cure;
  }
}
