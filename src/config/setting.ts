import { isIP, isIPv4, isIPv6 } from 'node:net';
import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Matches, Max, Min, ValidateBy, type ValidationOptions } from 'class-validator';
import ipaddr from 'ipaddr.js';
import { brokerFault, hostFault } from '../events/host-rules.js';
import { urlFault, type UrlRules } from '../events/url-rules.js';
import { MIN_AUDIT_ENTRIES, quotasIn, ROW_QUOTAS } from './quotas.js';

const parseText = (parse: (value: string) => unknown) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? parse(value) : value));

/** An integer from `min` to `max`. */
export const Int = (min: number, max = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  applyDecorators(
    Type(() => Number),
    IsInt(),
    Min(min),
    Max(max),
  );

/** Most worker processes of a machine. */
const MOST_WORKERS = 256;

/** A number of processes, or `auto`. */
export const WorkerCount = (): PropertyDecorator =>
  applyDecorators(
    parseText((value) => (/^\d{1,3}$/.test(value) ? Number(value) : value)),
    ValidateBy({
      name: 'isWorkerCount',
      validator: {
        validate: (value) =>
          value === 'auto' || (typeof value === 'number' && value >= 1 && value <= MOST_WORKERS),
        defaultMessage: () => `$property must be auto, or a number from 1 to ${MOST_WORKERS}`,
      },
    }),
  );

/** `true` or `false`. */
export const Flag = (): PropertyDecorator =>
  applyDecorators(
    parseText((value) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
  );

/** A comma-separated list; whitespace around its parts and empty parts are ignored. */
export const List = (): PropertyDecorator =>
  parseText((value) => value.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])));

/** A rule whose message says what is wrong with this value, without the value. */
const Faultless = (
  name: string,
  faultOf: (value: unknown) => string | undefined,
  options?: ValidationOptions,
): PropertyDecorator =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value) => faultOf(value) === undefined,
        defaultMessage: (args) => {
          const values: unknown[] = [args?.value].flat();
          return `$property ${values.map(faultOf).find((fault) => fault !== undefined) ?? 'is not valid'}`;
        },
      },
    },
    options,
  );

/** A URL with any host. User and password may stand in it unless the rules say where they belong. */
export const Url = (rules: UrlRules): PropertyDecorator =>
  Faultless('isUrl', (value) => urlFault(value, rules));

/** A host name or an IP address; the brackets of IPv6 are taken off. */
export const Host = (): PropertyDecorator =>
  applyDecorators(
    parseText((value) => value.replace(/^\[(.*)\]$/, '$1')),
    Faultless('isHost', (value) => (typeof value === 'string' ? hostFault(value) : 'must be a text')),
  );

/** A list of `host:port`. */
export const Brokers = (): PropertyDecorator =>
  applyDecorators(List(), Faultless('isBroker', brokerFault, { each: true }));

/** A list whose parts all match. `named` says in the message what they must be. */
const ListOf = (name: string, isPart: (value: string) => boolean, named: string): PropertyDecorator =>
  applyDecorators(
    List(),
    ValidateBy(
      {
        name,
        validator: {
          validate: (value) => typeof value === 'string' && isPart(value),
          defaultMessage: () => `$property must list ${named}`,
        },
      },
      { each: true },
    ),
  );

/** A list of IPv4 or IPv6 networks such as `10.0.0.0/8`. */
export const Cidrs = (): PropertyDecorator =>
  ListOf('isCidr', (value) => ipaddr.isValidCIDR(value), 'networks such as 10.0.0.0/8');

/** A list of name servers: `10.0.0.53`, `10.0.0.53:5353`, `fd00::53` or `[fd00::53]:5353`. */
export const NameServers = (): PropertyDecorator =>
  ListOf(
    'isNameServer',
    isNameServer,
    'IP addresses with an optional port, such as 10.0.0.53 or [fd00::53]:53',
  );

function isNameServer(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(value) ?? [];
  return (isIPv6(six ?? '') || isIPv4(four ?? '')) && Number(port) > 0 && Number(port) <= 65_535;
}

/** Default quotas as `name=number`, comma-separated. A name that is left out keeps its default. */
export const QuotaList = (): PropertyDecorator =>
  applyDecorators(
    parseText((value) => quotasIn(value) ?? value),
    ValidateBy({
      name: 'isQuotas',
      validator: {
        validate: (value) => typeof value === 'object',
        defaultMessage: () =>
          `$property must list quotas such as sources=500, each with one of the names ${ROW_QUOTAS.join(', ')}; auditEntries is at least ${MIN_AUDIT_ENTRIES}`,
      },
    }),
  );

/** A list of 32-byte keys in base64, with or without padding. */
export const SecretKeys = (): PropertyDecorator =>
  applyDecorators(
    List(),
    Matches(/^[A-Za-z0-9+/]{43}=?$/, {
      each: true,
      message: '$property must list keys of 32 bytes in base64, as `openssl rand -base64 32` prints them',
    }),
  );
