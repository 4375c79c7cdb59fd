/**
 * The verdict over a caller where the users stand in our own configuration: RFC 1994 §4.1, RFC
 * 1334, RFC 2433, RFC 2759. Pure. Runs once per attempt.
 */
import { md5, sha1 } from '../../base/digest.ts';
import { Fault } from '../../base/fault.ts';
import { equalOctets, fromText, toText } from '../../base/octets.ts';
import {
  authenticatorResponse,
  challengeHash,
  challengeResponse,
  failureMessage,
  MsChapError,
  MsChapV2Value,
  MsChapValue,
  ntPasswordHash,
  parseMsChapV2Value,
  parseMsChapValue,
  withoutDomain,
} from '../../wire/ppp/mschap.ts';
import type { AuthRequest, Grant, Verdict } from './auth-port.ts';

export interface LocalUser {
  readonly password: string;
  /** RFC 2865 §5.8. */
  readonly framedIpAddress?: number;
}

/** Names of users are told apart by the case of their letters. */
export type LocalUsers = ReadonlyMap<string, LocalUser>;

/** RFC 2865 §5.8: the caller chooses. */
const NEGOTIATED = 0xffffffff;
/** We choose. */
const POOL = 0xfffffffe;
/** What IOS tells, whatever was wrong. */
const FAILURE_TEXT = 'Authentication failed';
const SUCCESS_TEXT = 'Access granted';
const NOTHING = new Uint8Array(0);

/**
 * @param authenticatorName ours in CHAP: a caller of that name may have its words from ourselves
 * @returns for an unknown user what a wrong password gets, and as late; only `why` differs
 */
export function verifyLocally(
  users: LocalUsers,
  request: AuthRequest,
  authenticatorName: string,
): Verdict {
  const user = findUser(users, request);
  const message = judge(request, user?.password ?? '');
  const name = `user ${toText(request.name)}`;
  const refused = (why: string): Verdict => ({
    accepted: false,
    message: failureOf(request),
    why,
  });
  if (request.method !== 'pap' && equalOctets(request.name, fromText(authenticatorName))) {
    return refused(`${name} has our own name`);
  }
  if (user === undefined) return refused(`${name} is not known`);
  // RFC 1994 §2.3: a secret has one octet at least.
  if (user.password === '') return refused(`${name} has no password`);
  if (message === undefined) return refused(`the password of ${name} is wrong`);
  return { accepted: true, message, grant: grantOf(user) };
}

/** Of the Microsoft methods, `DOMAIN\user` is the user where nobody has the whole as a name. */
function findUser(users: LocalUsers, { method, name }: AuthRequest): LocalUser | undefined {
  const isMicrosoft = method === 'ms-chap' || method === 'ms-chap-v2';
  const user = userOf(users, name);
  return user === undefined && isMicrosoft ? userOf(users, withoutDomain(name)) : user;
}

/** A name that is no plain text is nobody's, even where it would be shown as somebody's. */
function userOf(users: LocalUsers, name: Uint8Array): LocalUser | undefined {
  const text = toText(name);
  return equalOctets(fromText(text), name) ? users.get(text) : undefined;
}

function grantOf({ framedIpAddress }: LocalUser): Grant {
  if (framedIpAddress === NEGOTIATED) return { address: 'negotiated' };
  if (framedIpAddress === undefined || framedIpAddress === POOL) return { address: 'pool' };
  return { address: framedIpAddress };
}

/** The same for all that are refused. */
function failureOf(request: AuthRequest): Uint8Array {
  const error = MsChapError.AuthenticationFailure;
  switch (request.method) {
    case 'pap':
    case 'chap':
      return fromText(FAILURE_TEXT);
    case 'ms-chap':
      return failureMessage(error, request.challenge);
    case 'ms-chap-v2':
      return failureMessage(error, request.challenge, FAILURE_TEXT);
  }
}

/** @returns the message of Success when the caller knows the password, else undefined */
function judge(request: AuthRequest, password: string): Uint8Array | undefined {
  const { method, name } = request;
  switch (method) {
    case 'pap':
      // Of hashes, for a comparison would tell how long the password is.
      return successIf(equalOctets(sha1(request.password), sha1(fromText(password))));
    case 'chap': {
      const expected = md5(Uint8Array.of(request.id), fromText(password), request.challenge);
      return successIf(equalOctets(request.response, expected));
    }
    case 'ms-chap':
      return judgeMsChap(request.challenge, request.response, password);
    case 'ms-chap-v2':
      return judgeMsChapV2(name, request.challenge, request.response, password);
  }
}

const successIf = (isRight: boolean): Uint8Array | undefined => (isRight ? NOTHING : undefined);

/** RFC 2433 §6; who has nothing but LAN Manager's hash is not let in. */
function judgeMsChap(
  challenge: Uint8Array,
  response: Uint8Array,
  password: string,
): Uint8Array | undefined {
  const value = new MsChapValue();
  if (parseMsChapValue(response, value) !== Fault.None) return undefined;
  const expected = challengeResponse(challenge, ntPasswordHash(password));
  return successIf(value.usesNtResponse && equalOctets(value.ntResponse, expected));
}

/** RFC 2759 §5: the caller hangs up unless Success proves that we know the password. */
function judgeMsChapV2(
  name: Uint8Array,
  challenge: Uint8Array,
  response: Uint8Array,
  password: string,
): Uint8Array | undefined {
  const value = new MsChapV2Value();
  if (parseMsChapV2Value(response, value) !== Fault.None) return undefined;
  const { peerChallenge, ntResponse } = value;
  const answered = challengeHash(peerChallenge, challenge, name);
  const passwordHash = ntPasswordHash(password);
  if (!equalOctets(ntResponse, challengeResponse(answered, passwordHash))) return undefined;
  const proof = authenticatorResponse(passwordHash, ntResponse, answered);
  return fromText(`${proof} M=${SUCCESS_TEXT}`);
}
