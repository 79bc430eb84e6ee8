import { field, type TableReference } from './field.ts';

/** Of the GTFS Schedule reference of 27 April 2026, gtfs.org/documentation/schedule/reference. */
export const FARES_TABLES: readonly TableReference[] = [
  {
    file: 'fare_attributes.txt',
    presence: 'optional',
    key: ['fare_id'],
    fields: [
      field('fare_id', 'id', 'required'),
      field('price', 'nonNegativeFloat', 'required'),
      field('currency_type', 'currency', 'required'),
      field('payment_method', 'enum', 'required', { values: [0, 1] }),
      field('transfers', 'enum', 'required', { values: [0, 1, 2] }),
      field('agency_id', 'id', 'conditional', { references: ['agency.agency_id'] }),
      field('transfer_duration', 'nonNegativeInteger', 'optional'),
    ],
  },
  {
    file: 'fare_rules.txt',
    presence: 'optional',
    key: ['*'],
    fields: [
      field('fare_id', 'id', 'required', { references: ['fare_attributes.fare_id'] }),
      field('route_id', 'id', 'optional', { references: ['routes.route_id'] }),
      field('origin_id', 'id', 'optional', { references: ['stops.zone_id'] }),
      field('destination_id', 'id', 'optional', { references: ['stops.zone_id'] }),
      field('contains_id', 'id', 'optional', { references: ['stops.zone_id'] }),
    ],
  },
  {
    file: 'timeframes.txt',
    presence: 'optional',
    key: ['*'],
    fields: [
      field('timeframe_group_id', 'id', 'required'),
      field('start_time', 'localTime', 'conditional'),
      field('end_time', 'localTime', 'conditional'),
      field('service_id', 'id', 'required', {
        references: ['calendar.service_id', 'calendar_dates.service_id'],
      }),
    ],
  },
  {
    file: 'rider_categories.txt',
    presence: 'optional',
    key: ['rider_category_id'],
    fields: [
      field('rider_category_id', 'id', 'required'),
      field('rider_category_name', 'text', 'required'),
      field('is_default_fare_category', 'enum', 'required', { values: [0, 1] }),
      field('eligibility_url', 'url', 'optional'),
    ],
  },
  {
    file: 'fare_media.txt',
    presence: 'optional',
    key: ['fare_media_id'],
    fields: [
      field('fare_media_id', 'id', 'required'),
      field('fare_media_name', 'text', 'optional'),
      field('fare_media_type', 'enum', 'required', { values: [0, 1, 2, 3, 4] }),
    ],
  },
  {
    file: 'fare_products.txt',
    presence: 'optional',
    key: ['fare_product_id', 'rider_category_id', 'fare_media_id'],
    fields: [
      field('fare_product_id', 'id', 'required'),
      field('fare_product_name', 'text', 'optional'),
      field('rider_category_id', 'id', 'optional', { references: ['rider_categories.rider_category_id'] }),
      field('fare_media_id', 'id', 'optional', { references: ['fare_media.fare_media_id'] }),
      field('amount', 'amount', 'required'),
      field('currency', 'currency', 'required'),
    ],
  },
  {
    file: 'fare_leg_rules.txt',
    presence: 'optional',
    key: [
      'network_id',
      'from_area_id',
      'to_area_id',
      'from_timeframe_group_id',
      'to_timeframe_group_id',
      'fare_product_id',
    ],
    fields: [
      field('leg_group_id', 'id', 'optional'),
      field('network_id', 'id', 'optional', { references: ['routes.network_id', 'networks.network_id'] }),
      field('from_area_id', 'id', 'optional', { references: ['areas.area_id'] }),
      field('to_area_id', 'id', 'optional', { references: ['areas.area_id'] }),
      field('from_timeframe_group_id', 'id', 'optional', { references: ['timeframes.timeframe_group_id'] }),
      field('to_timeframe_group_id', 'id', 'optional', { references: ['timeframes.timeframe_group_id'] }),
      field('fare_product_id', 'id', 'required', { references: ['fare_products.fare_product_id'] }),
      field('rule_priority', 'nonNegativeInteger', 'optional'),
    ],
  },
  {
    file: 'fare_leg_join_rules.txt',
    presence: 'optional',
    key: [],
    fields: [
      field('from_network_id', 'id', 'required', {
        references: ['routes.network_id', 'networks.network_id'],
      }),
      field('to_network_id', 'id', 'required', { references: ['routes.network_id', 'networks.network_id'] }),
      field('from_stop_id', 'id', 'conditional', { references: ['stops.stop_id'] }),
      field('to_stop_id', 'id', 'conditional', { references: ['stops.stop_id'] }),
    ],
  },
  {
    file: 'fare_transfer_rules.txt',
    presence: 'optional',
    key: ['from_leg_group_id', 'to_leg_group_id', 'fare_product_id', 'transfer_count', 'duration_limit'],
    fields: [
      field('from_leg_group_id', 'id', 'optional', { references: ['fare_leg_rules.leg_group_id'] }),
      field('to_leg_group_id', 'id', 'optional', { references: ['fare_leg_rules.leg_group_id'] }),
      field('transfer_count', 'nonZeroInteger', 'forbidden'),
      field('duration_limit', 'positiveInteger', 'optional'),
      field('duration_limit_type', 'enum', 'conditional', { values: [0, 1, 2, 3] }),
      field('fare_transfer_type', 'enum', 'required', { values: [0, 1, 2] }),
      field('fare_product_id', 'id', 'optional', { references: ['fare_products.fare_product_id'] }),
    ],
  },
  {
    file: 'areas.txt',
    presence: 'optional',
    key: ['area_id'],
    fields: [field('area_id', 'id', 'required'), field('area_name', 'text', 'optional')],
  },
  {
    file: 'stop_areas.txt',
    presence: 'optional',
    key: ['*'],
    fields: [
      field('area_id', 'id', 'required', { references: ['areas.area_id'] }),
      field('stop_id', 'id', 'required', { references: ['stops.stop_id'] }),
    ],
  },
  {
    file: 'networks.txt',
    presence: 'forbidden',
    key: ['network_id'],
    fields: [field('network_id', 'id', 'required'), field('network_name', 'text', 'optional')],
  },
  {
    file: 'route_networks.txt',
    presence: 'forbidden',
    key: ['route_id'],
    fields: [
      field('network_id', 'id', 'required', { references: ['networks.network_id'] }),
      field('route_id', 'id', 'required', { references: ['routes.route_id'] }),
    ],
  },
];
