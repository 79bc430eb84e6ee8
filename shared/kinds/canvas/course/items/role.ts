import type { Resource } from '../manifest.ts';

/** Why a resource is not meant for students (LOM `intendedEndUserRole`, IMSGLC_CC_Rolesv1p1). */
export function roleReason({ role }: Pick<Resource, 'role'>): string | undefined {
  const isForStudents = role === undefined || STUDENTS.has(role.toLowerCase());
  return isForStudents ? undefined : `meant for the role ${role}`;
}

const STUDENTS = new Set(['student', 'learner']);
