import { WireError } from "../error.ts";
import {
  type AuthenticationCleartextPassword,
  decodeAuthenticationCleartextPassword,
} from "./authentication-cleartext-password.ts";
import { authenticationCodes } from "./authentication-code.ts";
import { type AuthenticationGss, decodeAuthenticationGss } from "./authentication-gss.ts";
import {
  type AuthenticationGssContinue,
  decodeAuthenticationGssContinue,
} from "./authentication-gss-continue.ts";
import {
  type AuthenticationKerberosV5,
  decodeAuthenticationKerberosV5,
} from "./authentication-kerberos-v5.ts";
import {
  type AuthenticationMd5Password,
  decodeAuthenticationMd5Password,
} from "./authentication-md5-password.ts";
import { type AuthenticationOk, decodeAuthenticationOk } from "./authentication-ok.ts";
import { type AuthenticationSasl, decodeAuthenticationSasl } from "./authentication-sasl.ts";
import {
  type AuthenticationSaslContinue,
  decodeAuthenticationSaslContinue,
} from "./authentication-sasl-continue.ts";
import { type AuthenticationSaslFinal, decodeAuthenticationSaslFinal } from "./authentication-sasl-final.ts";
import { type AuthenticationSspi, decodeAuthenticationSspi } from "./authentication-sspi.ts";
import { BodyReader } from "./body-reader.ts";

/** Every 'R' message of the server. */
export type Authentication =
  | AuthenticationOk
  | AuthenticationKerberosV5
  | AuthenticationCleartextPassword
  | AuthenticationMd5Password
  | AuthenticationGss
  | AuthenticationGssContinue
  | AuthenticationSspi
  | AuthenticationSasl
  | AuthenticationSaslContinue
  | AuthenticationSaslFinal;

/** Decodes the body of an 'R' message by its code. The codes not listed belonged to protocols long gone. */
export function decodeAuthentication(body: Buffer): Authentication {
  const code = new BodyReader(body, "Authentication").int32();
  switch (code) {
    case authenticationCodes.ok:
      return decodeAuthenticationOk(body);
    case authenticationCodes.kerberosV5:
      return decodeAuthenticationKerberosV5(body);
    case authenticationCodes.cleartextPassword:
      return decodeAuthenticationCleartextPassword(body);
    case authenticationCodes.md5Password:
      return decodeAuthenticationMd5Password(body);
    case authenticationCodes.gss:
      return decodeAuthenticationGss(body);
    case authenticationCodes.gssContinue:
      return decodeAuthenticationGssContinue(body);
    case authenticationCodes.sspi:
      return decodeAuthenticationSspi(body);
    case authenticationCodes.sasl:
      return decodeAuthenticationSasl(body);
    case authenticationCodes.saslContinue:
      return decodeAuthenticationSaslContinue(body);
    case authenticationCodes.saslFinal:
      return decodeAuthenticationSaslFinal(body);
    default:
      throw new WireError("MESSAGE_UNKNOWN", `There is no authentication code ${code}.`, { offset: 0 });
  }
}
