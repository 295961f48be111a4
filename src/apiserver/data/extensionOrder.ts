// The fields of the structs of a CustomResourceDefinition in Go's order (k8s.io/apiextensions-apiserver
// pkg/apis/apiextensions/v1 types.go, types_jsonschema.go): they have no protobuf messages that it could be read from.
export const extensionOrder = `
CustomResourceDefinition kind apiVersion metadata spec status
CustomResourceDefinitionSpec group names scope versions conversion preserveUnknownFields
CustomResourceDefinitionNames plural singular shortNames kind listKind categories
CustomResourceDefinitionVersion name served storage deprecated deprecationWarning schema subresources additionalPrinterColumns selectableFields
CustomResourceDefinitionStatus conditions acceptedNames storedVersions observedGeneration
CustomResourceDefinitionCondition type status lastTransitionTime reason message observedGeneration
CustomResourceColumnDefinition name type format description priority jsonPath
CustomResourceConversion strategy webhook
WebhookConversion clientConfig conversionReviewVersions
WebhookClientConfig url service caBundle
ServiceReference namespace name path port
CustomResourceSubresources status scale
CustomResourceSubresourceScale specReplicasPath statusReplicasPath labelSelectorPath
JSONSchemaProps id $schema $ref description type format title default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf enum maxProperties minProperties required items allOf oneOf anyOf not properties additionalProperties patternProperties dependencies additionalItems definitions externalDocs example nullable x-kubernetes-preserve-unknown-fields x-kubernetes-embedded-resource x-kubernetes-int-or-string x-kubernetes-list-map-keys x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-validations
ValidationRule rule message messageExpression reason fieldPath optionalOldSelf
ExternalDocumentation description url
`;
