import { useEffect, useState, type ReactElement } from 'react';
import { useStore } from 'zustand';
import { Lines } from '../components/Lines.tsx';
import { useLook } from '../components/look.ts';
import { truncate } from '../components/text.ts';
import type { Task } from '../src/models/cluster.ts';
import { useApp, useKeys, useList, useLive } from '../src/ui/hooks.ts';
import { TaskLogModel } from '../src/ui/taskLog.ts';
import { ListWithDetails } from './ListWithDetails.tsx';
import { taskHead, taskList } from './tasks.ts';

/** Running and recent tasks of all nodes, with the end of the log of the current one. */
export const Tasks = (): ReactElement => {
  const app = useApp();
  const { list } = useList('tasks', taskList);
  const openLog = (): void => {
    const task = list.current();
    if (task !== undefined) app.openLog(task.upid);
  };
  useKeys('tasks', {
    log: openLog,
    'stop-task': () => {
      const task = list.current();
      if (task === undefined) return;
      if (task.status === undefined) void app.run({ name: 'task.stop', input: { upid: task.upid } });
      else app.notify({ token: 'muted', text: 'this task has ended' });
    },
  });
  return (
    <ListWithDetails
      list={list}
      empty="no tasks: without Sys.Audit on / a token does not even see its own here"
      details={(width, height) => <TaskDetails task={list.current()} width={width} height={height} />}
      onOpen={openLog}
    />
  );
};

/** A task looked at for this long has its log read. */
const dwellMs = 300;

const TaskDetails = ({
  task,
  width,
  height,
}: {
  readonly task: Task | undefined;
  readonly width: number;
  readonly height: number;
}): ReactElement => {
  const app = useApp();
  const look = useLook();
  const session = useLive(() => app.session);
  const upid = task?.upid;
  const [log, setLog] = useState<TaskLogModel>();
  useEffect(() => {
    if (upid === undefined || session === undefined) return undefined;
    const model = new TaskLogModel(session, upid);
    const timer = setTimeout(() => {
      setLog(model);
      void model.follow();
    }, dwellMs);
    return () => {
      clearTimeout(timer);
      model.close();
    };
  }, [upid, session]);
  if (task === undefined) return <Lines lines={[]} width={width} height={height} />;
  const head = taskHead(app, task, width, look);
  return (
    <Lines
      lines={head}
      width={width}
      height={height}
      rest={
        log?.upid === upid && log !== undefined ? (
          <LogTail log={log} width={width} height={height - head.length} />
        ) : undefined
      }
    />
  );
};

const LogTail = ({
  log,
  width,
  height,
}: {
  readonly log: TaskLogModel;
  readonly width: number;
  readonly height: number;
}): ReactElement => {
  const look = useLook();
  const { lines, error } = useStore(log.store);
  const shown =
    error === undefined
      ? lines.slice(-height).map((line) => truncate(line, width))
      : [look.paint('error', truncate(error.message, width))];
  return <Lines lines={shown} width={width} height={height} />;
};
