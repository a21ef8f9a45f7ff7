/** What there is to say of a case: its status, whether trying again can help, and words. */
export type Entry<Data> = {
  readonly status: number;
  /** After how long trying again makes sense, where the case does not say itself; absent where it never does. */
  readonly retryAfterMs?: number;
  /** The request's member that is to blame. */
  readonly param?: string;
  readonly message: Text<Data>;
  readonly expected: Text<Data>;
  readonly got: Text<Data>;
  readonly cure: Text<Data>;
};

/** Words, or words with the facts of the case in them. */
export type Text<Data> = string | ((data: Data) => string);

type Nothing = Readonly<Record<string, never>>;

/** The facts of each case. */
export type RefusalData = {
  readonly odd_request: { problem: string };
  readonly bad_url: { url: string };
  readonly url_too_long: { max: number };
  readonly malformed_request: { problem: string };
  readonly headers_too_large: { max: number };
  readonly request_timeout: { headersMs: number; requestMs: number };
  readonly invalid_api_key: Nothing;
  readonly insufficient_scope: { scope: string };
  readonly unknown_url: { method: string; url: string };
  readonly method_not_allowed: { method: string; url: string; allow: string };
  readonly model_not_found: { model: string };
  readonly malformed_json: { problem: string };
  readonly invalid_utf8: Nothing;
  readonly json_too_deep: { max: number };
  readonly duplicate_member: { member: string };
  readonly invalid_member: { member: string; expected: string; found: string };
  readonly invalid_idempotency_key: { max: number };
  readonly replay_not_enabled: Nothing;
  readonly invalid_replay_time: Nothing;
  readonly replay_time_too_old: { promised: number };
  readonly replay_time_too_new: { latest: number };
  readonly body_too_large: { max: number };
  readonly unsupported_media_type: { types: string; found: string };
  readonly idempotency_mismatch: { request: string };
  readonly idempotency_answer_expired: { request: string };
  readonly too_many_open_calls: { max: number };
  readonly rate_limited: { what: 'requests' | 'tokens'; retryAfterMs: number };
  readonly insufficient_quota: { budget: string; limit: string; left: string; most: string };
  readonly overloaded: Nothing;
  readonly no_replica: { model: string };
  readonly model_busy: { model: string; waiting: number };
  readonly client_left: Nothing;
  readonly no_price: { model: string };
  readonly usage_log_unavailable: Nothing;
  readonly draining: Nothing;
  readonly engine_rejected: { message: string };
  readonly engine_failed: Nothing;
  readonly engine_timeout: { ms: number };
  readonly internal_error: Nothing;
};
