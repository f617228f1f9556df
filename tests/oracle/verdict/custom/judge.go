package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdscheme "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	sigsyaml "sigs.k8s.io/yaml"
)

// document is one object of a file, as JSON.
type document struct {
	file                   string
	index                  int
	apiVersion, kind, name string
	data                   []byte
}

func documents(file string, data []byte) []document {
	var found []document
	decoder := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for index := 0; ; index++ {
		text, err := decoder.Read()
		if errors.Is(err, io.EOF) || err != nil {
			return found
		}
		converted, err := sigsyaml.YAMLToJSONStrict(text)
		if err != nil {
			continue
		}
		found = append(found, objects(file, index, converted)...)
	}
}

func objects(file string, index int, data []byte) []document {
	var head struct {
		APIVersion, Kind string
		Metadata         struct{ Name string }
		Items            []json.RawMessage
	}
	if json.Unmarshal(data, &head) != nil || head.Kind == "" {
		return nil
	}
	if strings.HasSuffix(head.Kind, "List") && head.Items != nil {
		var found []document
		for _, item := range head.Items {
			found = append(found, objects(file, index, item)...)
		}
		return found
	}
	return []document{{file, index, head.APIVersion, head.Kind, head.Metadata.Name, data}}
}

// definition is an installed CustomResourceDefinition.
type definition struct {
	crd      *v1.CustomResourceDefinition
	versions map[string]*version
}

// version is one version of it, ready to judge objects.
type version struct {
	served     bool
	structural *schema.Structural
	strategy   rest.RESTCreateStrategy
}

func (d *definition) key() string { return d.crd.Spec.Group + "/" + d.crd.Spec.Names.Kind }

// define installs a CustomResourceDefinition that the server accepts.
func define(data []byte) (*definition, error) {
	codecs := serializer.NewCodecFactory(crdscheme.Scheme)
	internal := runtimeschema.GroupVersion{Group: "apiextensions.k8s.io", Version: runtime.APIVersionInternal}
	object, _, err := codecs.UniversalDecoder(internal).Decode(data, nil, nil)
	if err != nil {
		return nil, err
	}
	strategy := customresourcedefinition.NewStrategy(crdscheme.Scheme)
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{APIGroup: "apiextensions.k8s.io", APIVersion: "v1"})
	ctx = request.WithNamespace(ctx, "")
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	rest.FillObjectMetaSystemFields(accessor)
	if err := rest.BeforeCreate(strategy, ctx, object); err != nil {
		return nil, err
	}
	crd := &v1.CustomResourceDefinition{}
	if err := crdscheme.Scheme.Convert(object, crd, nil); err != nil {
		return nil, err
	}
	made := &definition{crd: crd, versions: map[string]*version{}}
	for _, one := range crd.Spec.Versions {
		ready, err := prepare(crd, one)
		if err != nil {
			return nil, err
		}
		made.versions[one.Name] = ready
	}
	return made, nil
}

func prepare(crd *v1.CustomResourceDefinition, one v1.CustomResourceDefinitionVersion) (*version, error) {
	ready := &version{served: one.Served}
	val, err := apihelpers.GetSchemaForVersion(crd, one.Name)
	if err != nil {
		return nil, err
	}
	var props *apiextensions.JSONSchemaProps
	if val != nil {
		converted := &apiextensions.CustomResourceValidation{}
		if err := v1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(val, converted, nil); err != nil {
			return nil, err
		}
		props = converted.OpenAPIV3Schema
		made, err := schema.NewStructural(props)
		if err != nil {
			return nil, err
		}
		ready.structural = made.DeepCopy()
		if err := defaulting.PruneDefaults(ready.structural); err != nil {
			return nil, err
		}
	}
	validator, _, err := validation.NewSchemaValidator(props)
	if err != nil {
		return nil, err
	}
	subresources, err := apihelpers.GetSubresourcesForVersion(crd, one.Name)
	if err != nil {
		return nil, err
	}
	var status *apiextensions.CustomResourceSubresourceStatus
	var scale *apiextensions.CustomResourceSubresourceScale
	if subresources != nil && subresources.Status != nil {
		status = &apiextensions.CustomResourceSubresourceStatus{}
	}
	if subresources != nil && subresources.Scale != nil {
		scale = &apiextensions.CustomResourceSubresourceScale{
			SpecReplicasPath:   subresources.Scale.SpecReplicasPath,
			StatusReplicasPath: subresources.Scale.StatusReplicasPath,
			LabelSelectorPath:  subresources.Scale.LabelSelectorPath,
		}
	}
	kind := runtimeschema.GroupVersionKind{Group: crd.Spec.Group, Version: one.Name, Kind: crd.Spec.Names.Kind}
	ready.strategy = customresource.NewStrategy(crdserverscheme.NewUnstructuredObjectTyper(),
		crd.Spec.Scope == v1.NamespaceScoped, kind, validator, nil, ready.structural, status, scale, one.SelectableFields)
	return ready, nil
}

// judge creates an object and returns why that is refused.
func (d *definition) judge(name string, data []byte) []Error {
	one := d.versions[name]
	if one == nil || !one.served {
		return []Error{{"Version", "apiVersion", "no such version is served"}}
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(data); err != nil {
		return []Error{{"Decode", "", err.Error()}}
	}
	if errs := d.coerce(one, object); len(errs) > 0 {
		return errs
	}
	defaulting.Default(object.UnstructuredContent(), one.structural)
	return one.create(object)
}

// coerce does what decoding a custom resource does on top of reading JSON.
func (d *definition) coerce(one *version, object *unstructured.Unstructured) []Error {
	refuse := func(err error) []Error { return []Error{{"Decode", "", err.Error()}} }
	kind, apiVersion := object.GetKind(), object.GetAPIVersion()
	objectMeta, hasMeta, unknown, err := objectmeta.GetObjectMetaWithOptions(object.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return refuse(err)
	}
	if !d.crd.Spec.PreserveUnknownFields {
		options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
		unknown = append(unknown, pruning.PruneWithOptions(object.Object, one.structural, true, options)...)
		defaulting.PruneNonNullableNullsWithoutDefaults(object.Object, one.structural)
	}
	problem, paths := objectmeta.CoerceWithOptions(nil, object.Object, one.structural, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if problem != nil {
		return refuse(problem)
	}
	unknown = append(unknown, paths...)
	object.SetKind(kind)
	object.SetAPIVersion(apiVersion)
	if hasMeta {
		if err := objectmeta.SetObjectMeta(object.Object, objectMeta); err != nil {
			return refuse(err)
		}
	}
	var found []Error
	for _, path := range unknown {
		found = append(found, Error{"Decode", path, fmt.Sprintf("unknown field %q", path)})
	}
	return found
}

func (v *version) create(object *unstructured.Unstructured) []Error {
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{IsResourceRequest: true, Verb: "create"})
	namespace := ""
	if v.strategy.NamespaceScoped() {
		namespace = "default"
		if object.GetNamespace() != "" {
			namespace = object.GetNamespace()
		}
	} else {
		object.SetNamespace("")
	}
	ctx = request.WithNamespace(ctx, namespace)
	if object.GetName() == "" && object.GetGenerateName() != "" {
		object.SetName(v.strategy.GenerateName(object.GetGenerateName()))
	}
	rest.FillObjectMetaSystemFields(object)
	err := rest.BeforeCreate(v.strategy, ctx, object)
	if err == nil {
		return nil
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []Error{{"Status", "", err.Error()}}
	}
	var found []Error
	for _, cause := range status.Status().Details.Causes {
		found = append(found, Error{string(cause.Type), cause.Field, cause.Message})
	}
	return found
}
