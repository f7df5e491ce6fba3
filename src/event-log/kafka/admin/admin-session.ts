import { type Admin, type Kafka } from 'kafkajs';

/** An administration client that connects when it is first needed, and anew after anything went wrong with it. */
export class AdminSession {
  private session: Promise<Admin> | undefined;

  constructor(private readonly kafka: Kafka) {}

  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const session = (this.session ??= this.connect());
    try {
      return await work(await session);
    } catch (error) {
      if (this.session === session) this.close();
      throw error;
    }
  }

  /** Does not wait: a broker that hangs would hold up whoever closes. */
  close(): void {
    const session = this.session;
    this.session = undefined;
    session?.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  private async connect(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}
