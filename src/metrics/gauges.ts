import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';

interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  /** Asked when somebody reads the metrics; undefined while there is no value. */
  readonly read: () => number | undefined;
}

interface LabelledGaugeOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  /** The value for each value of the label. */
  readonly read: () => Readonly<Record<string, number>>;
}

/** States rather than counts. Whoever has the state adds a gauge; nothing is measured until somebody asks. */
@Injectable()
export class Gauges {
  readonly registry = new Registry();

  add({ name, help, read }: GaugeOptions): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }

  addLabelled<Label extends string>({ name, help, label, read }: LabelledGaugeOptions<Label>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.labels(key).set(value);
      },
    });
  }
}
