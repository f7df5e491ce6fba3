import { hasCommand, run } from './run.mjs';

/**
 * Installs Debian packages, as root or with a sudo that needs no password.
 * @param {readonly string[]} packages
 */
export async function installPackages(packages) {
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const aptGet = (/** @type {string[]} */ ...args) => {
    const [file = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return run(file, rest);
  };
  try {
    if (!hasCommand('apt-get')) throw new Error('this is not a Debian system');
    await aptGet('update', '-q');
    await aptGet(
      'install',
      '-q',
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...packages,
    );
  } catch (error) {
    throw new Error(
      `The tests need the Debian packages ${packages.join(', ')}, and installing them failed. ` +
        'Start a Docker engine for the servers, or install the packages yourself.',
      { cause: error },
    );
  }
}
