/** What a caller says to prove who it is, and what is thought of it: between PPP and who knows. */

/** Ours of `ppp authentication`. */
export type AuthMethod = 'chap' | 'pap' | 'ms-chap' | 'ms-chap-v2';

/** One attempt, of whatever method; names and values are the octets of the wire. */
export type AuthRequest =
  | { readonly method: 'pap'; readonly name: Uint8Array; readonly password: Uint8Array }
  | {
      readonly method: 'chap';
      readonly name: Uint8Array;
      /** Identifier of the Challenge, which the hash covers. RFC 1994 §4.1 */
      readonly id: number;
      readonly challenge: Uint8Array;
      /** 16 octets. */
      readonly response: Uint8Array;
    }
  | {
      /** RFC 2433: 8 octets of challenge. RFC 2759: 16. Both with a Response Value of 49. */
      readonly method: 'ms-chap' | 'ms-chap-v2';
      readonly name: Uint8Array;
      readonly id: number;
      readonly challenge: Uint8Array;
      readonly response: Uint8Array;
    };

export type Verdict =
  | {
      readonly accepted: true;
      /** Goes into Success or Ack; of MS-CHAPv2 the `S=…` with its text. */
      readonly message: Uint8Array;
      readonly grant: Grant;
    }
  | {
      readonly accepted: false;
      /** Goes into Failure or Nak; of MS-CHAP the `E=…` that RFC 2433 and 2759 ask for. */
      readonly message: Uint8Array;
      /** One clause for the log, e.g. `user 2500-1 is not known`. No secret in it. */
      readonly why: string;
    };

/** What an authenticated caller is given. */
export interface Grant {
  /** Framed-IP-Address, RFC 2865 §5.8: the caller's own choice, ours from the pool, or this one. */
  readonly address: 'negotiated' | 'pool' | number;
}
