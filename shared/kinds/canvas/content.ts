import type { CourseItem, Task } from './course/items/course-item.ts';
import type { Course } from './course/read.ts';
import type { Content, TaskData } from './schema.ts';

/** What is needed to write an item beside its own file; undefined for what is converted by its format. */
export function contentOf(item: CourseItem, course: Course): Content | undefined {
  switch (item.type) {
    case 'assignment':
      return { type: 'assignment', task: taskData(item.task, course) ?? EMPTY_TASK };
    case 'quiz':
      return quizContent(item, course);
    case 'discussion':
    case 'announcement':
      return {
        type: 'topic',
        settings: memberOf(item.parts.settings, course),
        task: taskData(item.task, course),
      };
    case 'link':
    case 'tool':
      return { type: 'link', url: item.url };
    case 'calendar':
      return { type: 'calendar' };
    case 'bank':
      return { type: 'bank' };
    case 'page':
    case 'syllabus':
    case 'file':
    case 'settings':
      return undefined;
    default:
      return item.type satisfies never;
  }
}

const EMPTY_TASK: TaskData = { submissionTypes: [], allowedExtensions: [], peerReviews: false };

function quizContent({ parts, task }: CourseItem, course: Course): Content {
  const banks = (parts.banks ?? []).flatMap((identifier) => {
    const resource = course.resources.get(identifier);
    const member = memberOf(resource?.href ?? resource?.files[0], course);
    return member === undefined ? [] : [{ identifier, member }];
  });
  return {
    type: 'quiz',
    task: taskData(task, course),
    settings: memberOf(parts.settings, course),
    questions: memberOf(parts.questions, course),
    banks,
  };
}

function memberOf(path: string | undefined, { reader }: Course): ReturnType<Course['reader']['member']> {
  return path === undefined ? undefined : reader.member(path);
}

function taskData(task: Task | undefined, { groups, rubrics }: Course): TaskData | undefined {
  if (task === undefined) return undefined;
  const { submissionTypes, allowedExtensions, group, rubric, ...told } = task;
  return {
    ...told,
    submissionTypes: [...submissionTypes],
    allowedExtensions: [...allowedExtensions],
    group: groups.get(group ?? '') || undefined,
    rubric: rubrics.get(rubric ?? ''),
  };
}
