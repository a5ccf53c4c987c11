// `push`: where push notifications of agents may go on to, and how often that is tried.
import { closed, flag, integer, list, matching, set } from './fields.ts';

const destination = () =>
  matching(
    /^(\*\.)?[a-z0-9.-]{1,253}$/,
    'a host name in lower case, such as `hooks.example.com`, or `*.example.com` for all names below one',
  );

export const push = () =>
  closed({
    hosts: set(destination(), 1000).default([]),
    ports: list(integer(1, 65_535), 100).default([443, 8443]),
    perAgent: integer(1, 10_000).default(100),
    attempts: integer(1, 20).default(5),
    timeoutSeconds: integer(1, 120, 'seconds').default(10),
    development: flag().default(false),
  });
