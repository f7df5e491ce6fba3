import kafkajs, { type Assigner, type Cluster, type GroupMember, type GroupMemberAssignment } from 'kafkajs';
import { Logger } from '@nestjs/common';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { orAborted, withDeadline, withTimeLimit } from '../../../resilience/time-limit.js';
import { LogUnavailable } from '../../append-errors.js';
import { isPartitionLost, isUnknownMember, logUnavailable } from '../client/kafka-errors.js';

const { AssignerProtocol, PartitionAssigners } = kafkajs;

const SESSION_MS = 6_000;
/** How long the other members wait for the in-flight batches of a member that must give up its partitions. */
const REBALANCE_MS = 30_000;
const HEARTBEAT_MS = 500;
const LEAVE_MS = 1_000;

interface Joined {
  readonly generationId: number;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: GroupMember[];
}

/** The requests of a group's member, which kafkajs has in its brokers and does not declare. */
interface Coordinator {
  joinGroup(request: object): Promise<Joined>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: GroupMemberAssignment[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

/** What a member does with its partitions. Resolves after the signal, when the partitions may go to another process. */
export type PartitionsWork = (partitions: readonly number[], signal: AbortSignal) => Promise<void>;

/**
 * Membership in the group that divides the partitions of a topic among processes. kafkajs's own consumer rejoins as soon as
 * it hears of a rebalance; this one first ends its in-flight batches and commits, so that no other process repeats them.
 */
export class GroupMembership {
  private readonly logger = new Logger(GroupMembership.name);
  private readonly assigner: Assigner;
  private memberId = '';

  constructor(
    private readonly cluster: Cluster,
    private readonly topic: string,
    private readonly groupId: string,
    private readonly work: PartitionsWork,
  ) {
    const logger = undefined as never;
    this.assigner = PartitionAssigners.roundRobin({ cluster, groupId, logger });
  }

  /** Resolves after the signal, when the group has been left. Rejects when the coordinator does not answer for a session. */
  async run(stopping: AbortSignal): Promise<void> {
    await orAborted(this.connect(), stopping).catch(unlessAborted(stopping));
    while (!stopping.aborted) {
      await this.takePart(stopping).catch((error: unknown) => this.afterFailure(error, stopping));
    }
    if (this.memberId !== '') await withDeadline(this.leave(), LEAVE_MS).catch(() => undefined);
  }

  /** The coordinator may only have asked for another join. */
  private async afterFailure(error: unknown, stopping: AbortSignal): Promise<void> {
    if (stopping.aborted) return;
    if (isUnknownMember(error)) this.memberId = '';
    if (!isPartitionLost(error)) throw error;
    await sleepUnlessAborted(HEARTBEAT_MS, stopping);
  }

  private async connect(): Promise<void> {
    await this.cluster.connect();
    await this.cluster.addTargetTopic(this.topic);
  }

  /** From one rebalance to the next. */
  private async takePart(stopping: AbortSignal): Promise<void> {
    const coordinator = await orAborted(this.coordinator(), stopping);
    const generation = await orAborted(this.join(coordinator), stopping);
    const partitions = await orAborted(this.sync(coordinator, generation), stopping);
    const { groupId, topic } = this;
    this.logger.debug({ event: 'group.joined', group: groupId, topic, partitions });
    const ending = new AbortController();
    const signal = AbortSignal.any([stopping, ending.signal]);
    const failures: LogUnavailable[] = [];
    const working = this.work(partitions, signal).catch((error: unknown) => {
      failures.push(logUnavailable(error));
      ending.abort();
    });
    try {
      await this.stay(generation.generationId, signal);
    } finally {
      ending.abort();
      const timer = setInterval(
        () => void this.heartbeat(coordinator, generation.generationId),
        HEARTBEAT_MS,
      );
      await working;
      clearInterval(timer);
    }
    const [failure] = failures;
    if (failure !== undefined) throw failure;
  }

  private async join(coordinator: Coordinator): Promise<Joined> {
    const joined = await coordinator.joinGroup({
      groupId: this.groupId,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: REBALANCE_MS,
      memberId: this.memberId,
      groupProtocols: [this.assigner.protocol({ topics: [this.topic] })],
    });
    this.memberId = joined.memberId;
    return joined;
  }

  private async sync(coordinator: Coordinator, joined: Joined): Promise<number[]> {
    const { generationId, memberId, leaderId, members } = joined;
    // Every member compares the partitions with these later, the leader assigns them.
    await this.cluster.refreshMetadata();
    const topics = [this.topic];
    const groupAssignment = leaderId === memberId ? await this.assigner.assign({ members, topics }) : [];
    const request = { groupId: this.groupId, generationId, memberId, groupAssignment };
    const { memberAssignment } = await coordinator.syncGroup(request);
    return AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[this.topic] ?? [];
  }

  /** Sends heartbeats. Resolves when the group or its topic has changed; rejects when the session is over. */
  private async stay(groupGenerationId: number, signal: AbortSignal): Promise<void> {
    const { groupId, memberId } = this;
    const partitions = this.partitionCount;
    let lastAnswer = Date.now();
    const beat = async (): Promise<void> => {
      const coordinator = await this.coordinator();
      await coordinator.heartbeat({ groupId, groupGenerationId, memberId });
      lastAnswer = Date.now();
      await this.cluster.refreshMetadataIfNecessary();
    };
    while (!signal.aborted && this.partitionCount === partitions) {
      const beating = withTimeLimit(SESSION_MS, () => sessionOver(groupId), signal, beat);
      const error: unknown = await beating.catch((reason: unknown) => reason);
      if (isUnknownMember(error)) this.memberId = '';
      if (isPartitionLost(error)) return;
      if (Date.now() - lastAnswer > SESSION_MS) throw sessionOver(groupId);
      await sleepUnlessAborted(HEARTBEAT_MS, signal);
    }
  }

  /** While the last batches end, the coordinator must not take the member for dead. */
  private async heartbeat(coordinator: Coordinator, groupGenerationId: number): Promise<void> {
    const { groupId, memberId } = this;
    await coordinator.heartbeat({ groupId, groupGenerationId, memberId }).catch(() => undefined);
  }

  private async leave(): Promise<void> {
    const coordinator = await this.coordinator();
    await coordinator.leaveGroup({ groupId: this.groupId, memberId: this.memberId });
  }

  private async coordinator(): Promise<Coordinator> {
    return (await this.cluster.findGroupCoordinator({ groupId: this.groupId })) as unknown as Coordinator;
  }

  private get partitionCount(): number {
    return this.cluster.findTopicPartitionMetadata(this.topic).length;
  }
}

function sessionOver(groupId: string): LogUnavailable {
  return new LogUnavailable(`The coordinator of the group ${groupId} does not answer.`);
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
