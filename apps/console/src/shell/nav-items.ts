// The pages that the navigation, the palette and the shortcuts lead to, in their order.
import type { LinkProps } from '@tanstack/react-router';
import {
  Bot,
  FileCheck2,
  LayoutDashboard,
  ListTree,
  ScrollText,
  Server,
  Settings,
  UserCheck,
  type LucideIcon,
} from 'lucide-react';

export interface NavItem {
  readonly to: NonNullable<LinkProps['to']>;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
  /** The one role that may open it; left out where everybody may. */
  readonly role?: 'admin';
}

const NAV_ITEMS = [
  { to: '/', label: 'Overview', icon: LayoutDashboard, key: 'o' },
  { to: '/calls', label: 'Calls', icon: ListTree, key: 'c' },
  { to: '/approvals', label: 'Approvals', icon: UserCheck, key: 'a' },
  { to: '/agents', label: 'Agents', icon: Bot, key: 'e' },
  { to: '/servers', label: 'Servers', icon: Server, key: 's' },
  { to: '/policies', label: 'Policies', icon: ScrollText, key: 'p' },
  { to: '/log', label: 'Log', icon: FileCheck2, key: 'l' },
  { to: '/settings', label: 'Settings', icon: Settings, key: 't', role: 'admin' },
] as const satisfies readonly NavItem[];

/** What may be opened by who holds `roles`. */
export const navItemsFor = (roles: readonly string[]): readonly NavItem[] =>
  NAV_ITEMS.filter((item: NavItem) => item.role === undefined || roles.includes(item.role));
