/** The variables of this process. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;

/**
 * To be called before a handler loads the AWS SDK. On Node 20 its client warns on standard error that it will require Node 22,
 * which the package lock decides, not the operator. The SDK reads this switch from the environment only; a value that the
 * operator set stays.
 */
export function silenceAwsNodeVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

/** How the system finds certificates and names, which a delivery process needs as this one does. */
const OF_THE_SYSTEM =
  /^(?:PATH|TZ|LANG|LC_ALL|SystemRoot|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|LOCALDOMAIN|RES_OPTIONS|HOSTALIASES)$/;

/** The variables of a delivery process. It handles hostile input, so it has no secret of the operator. */
export function deliveryProcessEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && OF_THE_SYSTEM.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
}
