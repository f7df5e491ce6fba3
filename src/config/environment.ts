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
