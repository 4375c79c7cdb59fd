/** Tunnel authentication, RFC 2661 §5.1.1. Runs once or twice for each tunnel. */
import { md5 } from '../../base/digest.ts';
import type { Random } from '../../base/machine.ts';
import { equalOctets } from '../../base/octets.ts';
import type { L2tpMessage, MessageType } from '../../wire/l2tp/message.ts';

const CHALLENGE_OCTETS = 16;

/** @param received the peer's own, which ours must not repeat: else its answer would be ours */
export function newChallenge(random: Random, received?: Uint8Array): Uint8Array {
  const challenge = random.octets(CHALLENGE_OCTETS);
  if (received === undefined || !equalOctets(challenge, received)) return challenge;
  return challenge.map((octet) => octet ^ 0xff);
}

/** CHAP's, with the type of the message that carries it in the place of the id. §4.4.3 */
export const challengeResponse = (
  carrier: MessageType,
  secret: Uint8Array,
  challenge: Uint8Array,
): Uint8Array => md5(Uint8Array.of(carrier), secret, challenge);

/**
 * @param reply the SCCRP or SCCCN that answers to our `challenge`, if we sent one; or the SCCRQ
 * @returns why the tunnel is refused, or undefined when nothing speaks against it
 */
export function findAuthenticationFault(
  reply: L2tpMessage,
  secret: Uint8Array | undefined,
  challenge: Uint8Array | undefined,
): string | undefined {
  if (secret === undefined) {
    return reply.challenge && 'it wants tunnel authentication, and there is no secret for it here';
  }
  if (challenge === undefined) return undefined;
  const response = reply.challengeResponse;
  if (response === undefined) return 'it did not answer our challenge: has it a secret for us?';
  if (equalOctets(response, challengeResponse(reply.type, secret, challenge))) return undefined;
  return 'its response to our challenge is wrong: is the secret the same on both sides?';
}
