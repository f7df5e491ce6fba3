import { Injectable } from '@nestjs/common';
import { type Aggregator, Gauge, Registry } from 'prom-client';

interface GaugeOptions {
  readonly name: string;
  readonly help: string;
  /** The value of several workers together, by default the sum. */
  readonly together?: Aggregator;
  /** Called at each scrape; undefined while there is no value. */
  readonly read: () => number | undefined;
}

interface LabelledGaugeOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: Label;
  /** The value of several workers together, by default the sum. */
  readonly together?: Aggregator;
  /** Called at each scrape: the gauge's value by value of the label. */
  readonly read: () => Readonly<Record<string, number>>;
}

/** Measured states, as opposed to counts. The module that has the state adds the gauge; it is measured at each scrape. */
@Injectable()
export class Gauges {
  readonly registry = new Registry();

  add({ name, help, together = 'sum', read }: GaugeOptions): void {
    new Gauge({
      name,
      help,
      aggregator: together,
      registers: [this.registry],
      collect() {
        const value = read();
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  }

  addLabelled<Label extends string>({
    name,
    help,
    label,
    together = 'sum',
    read,
  }: LabelledGaugeOptions<Label>): void {
    new Gauge({
      name,
      help,
      aggregator: together,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(read())) this.labels(key).set(value);
      },
    });
  }
}
